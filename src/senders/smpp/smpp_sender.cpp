#include "senders/smpp/smpp_sender.h"

#include "senders/smpp/message_parts.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace dialproof::senders {

using ports::SubmitOutcome;

namespace {

constexpr Seconds room_retry{1};

// Handsets keep parts of old texts for hours: a restart must not begin with the same references.
std::uint16_t any_reference(ports::Random& random) {
    std::array<unsigned char, 2> octets{};
    random.fill(octets);
    return static_cast<std::uint16_t>(octets[0] * 256 + octets[1]);
}

ports::SubmitResult refusal(SubmitOutcome outcome, std::string error) {
    ports::SubmitResult result;
    result.outcome = outcome;
    result.error = std::move(error);
    result.receipt_by_reference = outcome == SubmitOutcome::unknown;
    if (outcome == SubmitOutcome::throttled)
        result.retry_after = room_retry;
    return result;
}

} // namespace

Result<std::unique_ptr<SmppSender>, std::string> SmppSender::make(SmppConfig config, SmppPorts ports) {
    assert(ports.alarms.size() == config.links.size());
    if (auto fault = fault_in(config); !fault.empty())
        return fail(std::move(fault));
    return std::unique_ptr<SmppSender>(new SmppSender(std::move(config), ports));
}

SmppSender::SmppSender(SmppConfig config, const SmppPorts& ports) :
    name_(std::move(config.name)), clock_(ports.clock), executor_(ports.executor),
    reference_(any_reference(ports.random)) {
    Waiters& waiting = *this;
    for (std::size_t i = 0; i < config.links.size(); ++i) {
        const LinkPorts of_link{ports.dialer, ports.clock,    *ports.alarms[i], ports.log,
                                ports.random, ports.receipts, ports.executor};
        links_.push_back(std::make_unique<Link>(name_, std::move(config.links[i]), of_link, waiting));
    }
}

Task<void> SmppSender::run() {
    auto all_ended = suspend_until<bool>([this](Completer<bool> done) {
        running_ = links_.size();
        for (auto& link : links_)
            spawn(executor_, link->run(), [this, done] {
                if (--running_ == 0)
                    done(true);
            });
    });
    co_await all_ended;
}

void SmppSender::stop() {
    stopping_ = true;
    for (auto& link : links_)
        link->stop();
}

bool SmppSender::can_send() const {
    return !stopping_ &&
           std::any_of(links_.begin(), links_.end(), [](const auto& link) { return link->sends(); });
}

Task<ports::SubmitResult> SmppSender::submit(const ports::OutgoingText& text) {
    Leaving leaving{text, clock_.now() + room_wait};
    std::string reference;
    do {
        auto wait = suspend_until<PartAnswer>(
            [this, &leaving](Completer<PartAnswer> done) { submit_next_part(leaving, done); });
        const auto answer = co_await wait;
        if (answer.outcome != SubmitOutcome::accepted) {
            auto refused = refusal(answer.outcome, answer.error);
            if (answer.outcome == SubmitOutcome::unknown)
                refused.reference = std::move(reference); // of its first part, which receipts name
            co_return refused;
        }
        if (leaving.next_part == 1)
            reference = answer.message_id;
    } while (leaving.next_part < leaving.parts.size());
    ports::SubmitResult result;
    result.outcome = SubmitOutcome::accepted;
    result.receipt_by_reference = true;
    result.reference = std::move(reference);
    result.parts = static_cast<unsigned>(leaving.parts.size());
    co_return result;
}

void SmppSender::submit_next_part(Leaving& leaving, Completer<PartAnswer> done) {
    const Waiting waiting{&leaving, done};
    if (waiting_.empty() && settle(waiting))
        return;
    if (waiting_.size() >= waiting_max)
        return done({SubmitOutcome::throttled, "", "smpp_queue_full"});
    waiting_.push_back(waiting);
    for (auto& link : links_)
        link->wake(); // so that it sleeps no longer than this text waits
}

// Whether it has left, or never will.
bool SmppSender::settle(const Waiting& waiting) {
    auto& leaving = *waiting.leaving;
    const bool lost =
        leaving.link && (leaving.link->connection() != leaving.connection || !leaving.link->sends());
    if (lost || !can_send()) {
        waiting.done({SubmitOutcome::unavailable, "", stopping_ ? "smpp_stopping" : "smpp_not_bound"});
        return true;
    }
    if (place(leaving, waiting.done))
        return true;
    const Instant latest = leaving.link ? leaving.answer_by : leaving.place_by;
    if (clock_.now() < latest)
        return false;
    waiting.done({SubmitOutcome::throttled, "", "smpp_no_room"});
    return true;
}

bool SmppSender::place(Leaving& leaving, const Completer<PartAnswer>& done) {
    auto* link = leaving.link ? leaving.link : roomiest();
    const auto room = link ? link->room_at(clock_.now()) : std::nullopt;
    if (!room || *room > clock_.now())
        return false;
    if (!leaving.link && !choose_link(leaving, *link)) {
        done({SubmitOutcome::refused, "", "smpp_text_too_long"});
        return true;
    }
    link->submit(std::move(leaving.parts[leaving.next_part++]), leaving.answer_by, done);
    return true;
}

bool SmppSender::choose_link(Leaving& leaving, Link& link) {
    leaving.link = &link;
    leaving.connection = link.connection();
    leaving.answer_by = clock_.now() + link.config().answer_timeout;
    leaving.parts = message_parts(leaving.text, link.config(), ++reference_, clock_.now());
    return !leaving.parts.empty();
}

Link* SmppSender::roomiest() {
    Link* best = nullptr;
    for (auto& link : links_) {
        const auto room = link->room_at(clock_.now());
        if (room && *room <= clock_.now() && (!best || link->load() < best->load()))
            best = link.get();
    }
    return best;
}

void SmppSender::serve() {
    settle_checks();
    bool any_room = true; // for texts that any link may take: where one finds none, those behind it find none
    std::erase_if(waiting_, [&](const Waiting& waiting) {
        const bool has_link = waiting.leaving->link != nullptr;
        if (!has_link && !any_room)
            return false;
        const bool settled = settle(waiting);
        any_room = any_room && (has_link || settled);
        return settled;
    });
}

std::optional<Instant> SmppSender::next_look() {
    std::optional<Instant> next;
    const auto note = [&next](std::optional<Instant> when) {
        if (when && (!next || *when < *next))
            next = when;
    };
    for (const auto& checking : checking_)
        note(checking.until);
    bool any_link_will_do = false;
    for (const auto& waiting : waiting_) {
        auto* link = waiting.leaving->link;
        note(link ? waiting.leaving->answer_by : waiting.leaving->place_by);
        if (link)
            note(link->room_at(clock_.now()));
        else
            any_link_will_do = true;
    }
    if (any_link_will_do)
        for (auto& link : links_)
            note(link->room_at(clock_.now()));
    return next;
}

void SmppSender::settle_checks() {
    const bool known = stopping_ || std::all_of(links_.begin(), links_.end(),
                                                [](const auto& link) { return link->tried(); });
    std::erase_if(checking_, [&](const Checking& checking) {
        const bool ends = known || clock_.now() >= checking.until;
        if (ends)
            checking.done(true);
        return ends;
    });
}

Task<Result<std::string, std::string>> SmppSender::check() {
    auto tried = suspend_until<bool>([this](Completer<bool> done) {
        checking_.push_back({clock_.now() + check_wait, done});
        settle_checks();
        for (auto& link : links_)
            link->wake(); // so that it sleeps no longer than this check waits
    });
    co_await tried;
    std::string all;
    bool good = true;
    for (const auto& link : links_) {
        all.append(all.empty() ? "" : "; ").append(link->config().name).append(" is ").append(link->state());
        good = good && link->bound();
    }
    Result<std::string, std::string> result{all};
    if (!good)
        result = fail(all);
    co_return result;
}

} // namespace dialproof::senders
