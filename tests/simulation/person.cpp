#include "person.h"

#include <algorithm>

namespace dialproof::simulation {

namespace {

constexpr Milliseconds second{1000}, minute{60'000}, hour{3'600'000};

Task<void> click(std::shared_ptr<Client> client, std::string code) { co_await client->check(code); }

} // namespace

Task<void> Person::live() {
    auto sleep = town_.scheduler.sleep(begins_after_, "begins");
    co_await sleep;
    co_await join();
    while (!is_done()) {
        rounds_ = 0;
        const Wish wish = wishes_[granted_];
        switch (wish.kind) {
        case Wish::Kind::prove:
            co_await prove(wish.number);
            break;
        case Wish::Kind::remove:
            co_await remove();
            break;
        case Wish::Kind::leave:
            co_await leave();
            break;
        }
        ++granted_;
        const Milliseconds pause = town_.draws.time(second, 6 * hour);
        auto nap = town_.scheduler.sleep(pause, "has it");
        co_await nap;
    }
}

// The longer it takes, the longer the pauses, as people have it.
Task<void> Person::rest(Seconds at_least) {
    ++rounds_;
    const Milliseconds most = std::min(hour, minute * (1 << std::min(rounds_, 6U)));
    const Milliseconds time =
        at_least + (town_.draws.chance(300) ? Milliseconds(0) : town_.draws.time(second, most));
    auto sleep = town_.scheduler.sleep(std::max(time, Milliseconds(100)), "tries again");
    co_await sleep;
}

Task<void> Person::join() {
    for (;;) {
        const Reply reply = co_await client_->join();
        if (reply.outcome == Outcome::done)
            co_return;
        co_await rest(reply.wait);
    }
}

Task<void> Person::remove() {
    for (;;) {
        const Reply reply = co_await client_->remove();
        if (reply.outcome == Outcome::done || reply.outcome == Outcome::nothing)
            co_return;
        co_await rest(reply.wait);
    }
}

Task<void> Person::leave() {
    for (;;) {
        const Reply reply = co_await client_->leave();
        if (reply.outcome == Outcome::done || reply.outcome == Outcome::nothing)
            co_return;
        co_await rest(reply.wait);
    }
}

Task<bool> Person::is_shown_as_proven(std::string number) {
    if (!client_->has_account())
        co_return false;
    const Reply reply = co_await client_->look();
    co_return reply.outcome == Outcome::done&& reply.text == number&& reply.verified;
}

Task<void> Person::prove(std::string number) {
    tried_.clear();
    doubtful_ = false;
    bool started = false;
    for (;;) {
        const Instant since = town_.scheduler.now();
        Reply asked;
        if (started)
            asked = co_await client_->resend();
        else
            asked = co_await client_->start(number);
        const bool proven_before = asked.verified || asked.outcome == Outcome::already;
        if (asked.outcome == Outcome::taken || proven_before)
            co_return;
        if (asked.outcome == Outcome::done || asked.outcome == Outcome::unchanged)
            started = true;
        if (asked.outcome == Outcome::nothing && started) { // too old: from the beginning
            co_await remove();
            started = false;
        }
        const bool typed = co_await try_codes(number, asked.code, since);
        if (typed)
            co_return;
        const bool shown = co_await is_shown_as_proven(number);
        if (shown)
            co_return;
        co_await rest(asked.wait);
    }
}

std::string Person::untried_code(const std::string& number, Instant since) const {
    const auto& texts = town_.handsets.texts(number);
    for (auto text = texts.rbegin(); text != texts.rend() && text->at >= since; ++text)
        if (std::find(tried_.begin(), tried_.end(), text->code) == tried_.end())
            return text->code;
    return {};
}

// The impatient click more than once.
Task<Reply> Person::type(std::string code) {
    const unsigned clicks = town_.draws.chance(150) ? static_cast<unsigned>(town_.draws.between(1, 3)) : 0;
    for (unsigned i = 0; i < clicks; ++i)
        town_.scheduler.start(town_.scheduler.current(), click(client_->copy(), code));
    if (clicks > 0)
        doubtful_ = true;
    if (town_.draws.chance(50))
        code = " " + code + " ";
    auto reply = co_await client_->check(code);
    co_return reply;
}

// Whether the number is proven, or surely another's.
Task<bool> Person::try_codes(std::string number, std::string returned, Instant since) {
    const Instant until = town_.scheduler.now() + town_.draws.time(10 * second, 5 * minute);
    for (;;) {
        const std::string code = std::exchange(returned, {});
        const std::string typed = code.empty() ? untried_code(number, since) : code;
        if (typed.empty()) {
            if (town_.scheduler.now() >= until)
                co_return false;
            co_await town_.handsets.wait(number, until);
            continue;
        }
        const Reply reply = co_await type(typed);
        switch (reply.outcome) {
        case Outcome::done:
            town_.used.push_back({client_->copy(), typed});
            co_return true;
        case Outcome::taken:
            co_return true;
        case Outcome::already:
            co_return doubtful_;
        case Outcome::denied:
            tried_.push_back(typed);
            break;
        case Outcome::unavailable:
        case Outcome::lost:
            doubtful_ = true;
            break;
        default:
            break;
        }
        if (doubtful_) {
            const bool proven = co_await is_shown_as_proven(number);
            if (proven)
                co_return true;
        }
        if (town_.scheduler.now() >= until)
            co_return false;
        if (reply.outcome != Outcome::denied)
            co_await rest(reply.wait);
    }
}

} // namespace dialproof::simulation
