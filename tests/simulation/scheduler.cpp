#include "scheduler.h"

#include <algorithm>

namespace dialproof::simulation {

namespace {

// Now and then the clock goes on while work waits, as it does on a busy machine.
constexpr unsigned busy_permille = 15;
constexpr Milliseconds busy_max{2000};
// However biased the order is, this part of the picks is not.
constexpr unsigned unbiased_permille = 200;

} // namespace

Scheduler::Scheduler(Draws& draws, Trace& trace) :
    draws_(draws), trace_(trace), order_(draws.one_of(std::vector{Order::any, Order::any, Order::newest_first,
                                                                  Order::oldest_first, Order::by_priority})) {
}

void Scheduler::end() {
    ready_.clear();
    sleepers_.clear();
    while (!roots_.empty()) {
        const auto root = roots_.begin()->second.first;
        root.destroy();
    }
}

Context& Scheduler::new_context(std::string_view name, unsigned life) {
    adopt(contexts_.emplace_back(), name, life);
    return contexts_.back();
}

void Scheduler::adopt(Context& context, std::string_view name, unsigned life) {
    context.id = ++context_count_;
    context.life = life;
    context.name = name;
    context.priority = draws_.next();
}

Scheduler::Turn Scheduler::turn(std::string_view what) { return {*this, what}; }

Scheduler::Sleep Scheduler::sleep(Milliseconds time, std::string_view what) {
    return {*this, now_ + time, what, nullptr};
}

Scheduler::Sleep Scheduler::sleep_until(Instant when, std::string_view what, Bell* bell) {
    return {*this, when, what, bell};
}

void Scheduler::post(std::coroutine_handle<> work) { ready_.push_back({work, current_, "goes on"}); }

void Scheduler::root_began(std::coroutine_handle<> root) {
    roots_.emplace(root.address(), std::pair(root, current_));
}

void Scheduler::root_ended(std::coroutine_handle<> root) { roots_.erase(root.address()); }

void Scheduler::put_to_sleep(Instant when, const Waiting& waiting) {
    if (when <= now_) {
        ready_.push_back(waiting);
        return;
    }
    const auto at = sleepers_.emplace(when, waiting);
    if (waiting.bell)
        waiting.bell->sleepers_.push_back(at);
}

void Scheduler::wake_due() {
    while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
        const auto first = sleepers_.begin();
        if (auto* bell = first->second.bell)
            bell->sleepers_.remove(first);
        ready_.push_back(first->second);
        sleepers_.erase(first);
    }
}

std::size_t Scheduler::pick() {
    const std::size_t count = ready_.size();
    if (count == 1)
        return 0;
    if (order_ == Order::any || draws_.chance(unbiased_permille))
        return draws_.below(count);
    if (order_ == Order::newest_first)
        return count - 1;
    if (order_ == Order::oldest_first)
        return 0;
    const auto first = std::max_element(ready_.begin(), ready_.end(), [](const Waiting& a, const Waiting& b) {
        return a.context->priority < b.context->priority;
    });
    return static_cast<std::size_t>(first - ready_.begin());
}

bool Scheduler::step() {
    if (ready_.empty()) {
        if (sleepers_.empty())
            return false;
        now_ = std::max(now_, sleepers_.begin()->first);
        wake_due();
    } else if (draws_.chance(busy_permille)) {
        Instant later = now_ + draws_.time(Milliseconds(1), busy_max);
        if (!sleepers_.empty())
            later = std::min(later, std::max(now_, sleepers_.begin()->first));
        now_ = later;
        wake_due();
    }
    const std::size_t index = pick();
    const Waiting next = ready_[index];
    ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(index));
    current_ = next.context;
    trace_.step(now_, next.context->id, next.context->name, next.what);
    next.handle.resume();
    current_ = &nobody_;
    return true;
}

void Scheduler::end_life(unsigned life) {
    const auto ends = [life](const Waiting& waiting) { return waiting.context->life == life; };
    std::erase_if(ready_, ends);
    for (auto at = sleepers_.begin(); at != sleepers_.end();) {
        if (!ends(at->second)) {
            ++at;
            continue;
        }
        if (auto* bell = at->second.bell)
            bell->sleepers_.remove(at);
        at = sleepers_.erase(at);
    }
    std::vector<std::coroutine_handle<>> ending;
    for (const auto& [address, root] : roots_)
        if (root.second->life == life)
            ending.push_back(root.first);
    for (const auto root : ending)
        root.destroy();
}

bool Scheduler::lives(unsigned life) const {
    return std::any_of(roots_.begin(), roots_.end(),
                       [life](const auto& entry) { return entry.second.second->life == life; });
}

bool Bell::ring() {
    const bool heard = !sleepers_.empty();
    for (const auto sleeper : sleepers_) {
        scheduler_.ready_.push_back(sleeper->second);
        scheduler_.sleepers_.erase(sleeper);
    }
    sleepers_.clear();
    return heard;
}

Task<void> SimulatedAlarm::sleep_until(Instant when) {
    if (std::exchange(woken_, false)) {
        auto turn = scheduler_.turn("was woken");
        co_await turn;
        co_return;
    }
    auto sleep = scheduler_.sleep_until(when, "wakes", &bell_);
    co_await sleep;
}

} // namespace dialproof::simulation
