#include "delivery/dispatcher.h"

#include "delivery/templates.h"
#include "ports/code_of.h"
#include "wire/sms_text.h"

#include <algorithm>
#include <utility>

namespace dialproof::delivery {

using ports::MessageState;
using ports::SubmitOutcome;

namespace {

constexpr std::string_view first_lease = "first"; // no other lease is of this name
constexpr std::size_t uses_at_once_max = 16;
// A provider that says when to come is waited for, unless another one is faster.
constexpr Seconds worth_waiting{2};

Seconds doubled(Seconds first, unsigned times, Seconds most) {
    return std::min(most, Seconds(first.count() << std::min(times, 16U)));
}

bool waits_for_receipt(const ports::Message& message) {
    return message.state == MessageState::sent || message.state == MessageState::unknown;
}

// Why what leaves now may be the second text of its kind; empty where it surely is not.
std::string_view why_again(const ports::ClaimedMessage& claimed) {
    if (claimed.abandoned)
        return "lease_ran_out";
    if (claimed.message.tries.empty())
        return {};
    const auto& last = claimed.message.tries.back();
    if (last.told == MessageState::failed || last.told == MessageState::expired)
        return "receipt_of_failure";
    if (last.outcome == SubmitOutcome::unknown)
        return "no_answer";
    return last.outcome == SubmitOutcome::accepted ? "no_receipt" : "";
}

} // namespace

void Dispatcher::stop() {
    stopping_ = true;
    ports_.alarm.wake();
}

// Handed over by use cases

std::vector<ports::ClaimedMessage> Dispatcher::lease(std::vector<ports::NewMessage>& messages, Instant now) {
    Messages leased;
    for (auto& fresh : messages) {
        const bool room = in_flight_ + handed_over_count_ + leased.size() < limits_.in_flight_max;
        if (stopping_ || !room || fresh.message.due_at > now)
            continue;
        fresh.lease = first_lease;
        fresh.leased_until = now + limits_.lease;
        ++fresh.message.attempts;
        leased.push_back({fresh.message, fresh.lease, false});
    }
    return leased;
}

// Where only some had room, the end of those leads to a look.
void Dispatcher::committed(Messages leased) {
    if (leased.empty())
        return look();
    {
        const std::lock_guard lock(mutex_);
        std::move(leased.begin(), leased.end(), std::back_inserter(handed_over_));
        handed_over_count_ = handed_over_.size();
    }
    ports_.alarm.wake();
}

void Dispatcher::look() {
    look_wanted_ = true;
    ports_.alarm.wake();
}

void Dispatcher::code_used(const core::VerificationId& verification) {
    if (!ports_.providers.wants_use())
        return;
    {
        const std::lock_guard lock(mutex_);
        if (used_.size() >= limits_.uses_max)
            return;
        used_.push_back(verification);
    }
    ports_.alarm.wake();
}

// The loop

bool Dispatcher::has_work() const {
    const std::lock_guard lock(mutex_);
    return in_flight_ > 0 || telling_ > 0 || looking_ || !handed_over_.empty();
}

// It never waits for the store: what is handed over leaves meanwhile.
Task<void> Dispatcher::run(Executor& executor) {
    while (!stopping_ || has_work()) {
        start_handed_over(executor);
        start_telling_uses(executor);
        start_look(executor);
        const Instant when = can_look() ? look_at_ : ports_.clock.now() + limits_.idle_max;
        co_await ports_.alarm.sleep_until(when);
    }
}

void Dispatcher::start_handed_over(Executor& executor) {
    Messages handed_over;
    {
        const std::lock_guard lock(mutex_);
        handed_over = std::exchange(handed_over_, {});
        in_flight_ += handed_over.size();
        handed_over_count_ = 0;
    }
    start(executor, std::move(handed_over));
}

// They are counted as in flight already.
std::size_t Dispatcher::start(Executor& executor, Messages messages) {
    for (auto& each : messages)
        spawn(executor, dispatch(std::move(each)), [this] {
            --in_flight_;
            look(); // there is room, and it may be due again
        });
    return messages.size();
}

bool Dispatcher::can_look() const { return !looking_ && !stopping_ && in_flight_ < limits_.in_flight_max; }

void Dispatcher::start_look(Executor& executor) {
    if (!can_look() || (!look_wanted_ && ports_.clock.now() < look_at_))
        return;
    looking_ = true;
    look_wanted_ = false;
    spawn(executor, claim_all(executor), [this] {
        looking_ = false;
        ports_.alarm.wake();
    });
}

// Claims what is due, until nothing is or there is no room, and learns when to look again.
Task<void> Dispatcher::claim_all(Executor& executor) {
    std::size_t claimed = 0;
    do {
        auto claiming = claim(executor);
        claimed = co_await claiming;
    } while (claimed > 0 && !stopping_ && in_flight_ < limits_.in_flight_max);
    auto learning = next_look();
    look_at_ = co_await learning;
}

Task<std::size_t> Dispatcher::claim(Executor& executor) {
    const auto room = static_cast<unsigned>(limits_.in_flight_max - in_flight_);
    auto claimed = co_await ports_.store.claim_messages(room, limits_.lease, ports_.clock.now());
    note_claim(claimed ? std::nullopt : std::optional(claimed.error()));
    if (!claimed)
        co_return 0;
    in_flight_ += claimed->size();
    co_return start(executor, std::move(*claimed));
}

// Told when the trouble begins and when it ends.
void Dispatcher::note_claim(std::optional<ports::Fault> fault) {
    if (fault && failed_claims_ == 0)
        ports_.log.error("outbox_unavailable", {{"fault", to_text(*fault)}});
    if (!fault && failed_claims_ > 0)
        ports_.log.info("outbox_recovered");
    failed_claims_ = fault ? failed_claims_ + 1 : 0;
}

Task<Instant> Dispatcher::next_look() {
    const Instant latest = ports_.clock.now() + limits_.idle_max;
    if (failed_claims_ > 0) // whatever is due: asking at once again would only add to the trouble
        co_return ports_.clock.now() + doubled(limits_.retry_first, failed_claims_ - 1, limits_.retry_max);
    if (stopping_ || in_flight_ >= limits_.in_flight_max)
        co_return latest;
    const auto due = co_await ports_.store.next_due();
    if (!due || !*due)
        co_return latest;
    co_return std::min(latest, **due);
}

// One message

Task<void> Dispatcher::dispatch(ports::ClaimedMessage claimed) {
    auto attempting = attempt_in_turn(std::move(claimed));
    ports::Settlement settlement = co_await attempting;
    const ports::Message after = settlement.message;
    const auto settled = co_await ports_.store.settle_message(std::move(settlement));
    if (!settled) {
        ports_.log.error("message_not_settled", {{"message", after.id.text},
                                                 {"state", to_text(after.state)},
                                                 {"fault", to_text(settled.error())}});
        co_return;
    }
    const auto provider = last_provider(after);
    ports_.meter.message_settled(provider, to_text(after.state));
    ports_.log.info("message_settled", {{"message", after.id.text},
                                        {"verification", after.verification.text},
                                        {"to", after.to.masked()},
                                        {"provider", provider},
                                        {"state", to_text(after.state)},
                                        {"attempt", after.attempts},
                                        {"error", after.error}});
}

// Two texts at once would reach their handset in any order, and the older one's code is dead.
Task<ports::Settlement> Dispatcher::attempt_in_turn(ports::ClaimedMessage claimed) {
    const core::PhoneNumber line = claimed.message.to;
    ports::Settlement end{claimed.message, claimed.lease, false};
    if (!busy_.insert(line).second) {
        end.message.changed_at = ports_.clock.now();
        end.message.due_at = ports_.clock.now() + limits_.retry_first;
        end.message.error = "line_busy";
        co_return end;
    }
    auto attempting = attempt(std::move(claimed));
    end = co_await attempting;
    busy_.erase(line);
    co_return end;
}

Task<ports::Settlement> Dispatcher::attempt(ports::ClaimedMessage claimed) {
    ports::Settlement end{claimed.message, claimed.lease, false};
    ports::Message& message = end.message;
    message.changed_at = ports_.clock.now();
    std::vector<ports::Key> keys{message.verification};
    const auto loaded = co_await ports_.store.load(std::move(keys));
    if (!loaded) {
        message.due_at = ports_.clock.now() + limits_.retry_first;
        message.error = to_text(loaded.error());
        co_return end;
    }
    const auto* verification = loaded->find<core::Verification>(message.verification);
    const bool wanted = verification && verification->status == core::VerificationStatus::pending &&
                        verification->generation == message.generation;
    if (!wanted) {
        give_up(message, MessageState::canceled, "verification_over");
        co_return end;
    }
    const auto rules = ports_.rules.now();
    const auto* policy = rules->policy(message.service, verification->dialect);
    const auto code = ports::code_of(*verification, ports_.keys);
    if (!policy || !code) {
        give_up(message, MessageState::failed, policy ? "key_missing" : "service_missing");
        co_return end;
    }
    auto choosing = choose(message);
    Choice choice = co_await choosing;
    if (ports_.clock.now() >= message.expires_at) {
        give_up(message, MessageState::expired, "expired");
        co_return end;
    }
    if (!choice.sender && choice.wait_until && message.tries.size() < limits_.attempts_max) {
        message.due_at = std::max(*choice.wait_until, ports_.clock.now() + limits_.retry_first);
        message.error = "providers_rest";
        co_return end;
    }
    if (!choice.sender || message.tries.size() >= limits_.attempts_max) {
        const std::string error = message.error.empty() ? "no_provider" : message.error;
        give_up(message, MessageState::failed, error);
        co_return end;
    }
    ports::OutgoingText text{message.id,
                             message.to,
                             message.service,
                             std::string(to_text(message.channel)),
                             render(*policy, message.locale, *code, message.autofill),
                             *code,
                             message.created_at,
                             message.expires_at,
                             message.attempts,
                             choice.sender_id,
                             receipt_url(message, *choice.sender)};
    auto submitting = submit(std::move(claimed), std::move(choice), std::move(text));
    end = co_await submitting;
    co_return end;
}

std::string Dispatcher::receipt_url(const ports::Message& message, const ports::Sender& sender) const {
    if (!ports_.receipt_urls)
        return {};
    return ports_.receipt_urls->of(sender.name(), message.id, message.attempts);
}

core::NumberFacts Dispatcher::facts(const core::PhoneNumber& number) const {
    auto facts = ports_.plan.parse(number.e164(), "", ports::Strictness::possible);
    return facts ? std::move(*facts) : core::NumberFacts{number, core::NumberType::unknown, ""};
}

// Of a resend, also by what became of the texts before it.
Task<Choice> Dispatcher::choose(const ports::Message& message) {
    std::vector<ports::Message> earlier;
    if (message.generation > 1 && ports_.providers.size() > 1) {
        auto all = co_await ports_.store.messages_of(message.verification);
        if (all)
            std::copy_if(all->begin(), all->end(), std::back_inserter(earlier),
                         [&](const auto& each) { return each.generation < message.generation; });
    }
    co_return ports_.router.choose(message, facts(message.to), earlier, ports_.clock.now());
}

void Dispatcher::announce(const ports::ClaimedMessage& claimed) const {
    const auto why = why_again(claimed);
    if (why.empty())
        return;
    ports_.log.warning("message_sent_again", {{"message", claimed.message.id.text},
                                              {"to", claimed.message.to.masked()},
                                              {"attempt", claimed.message.attempts},
                                              {"why", why}});
}

Task<ports::Settlement> Dispatcher::submit(ports::ClaimedMessage claimed, Choice choice,
                                           ports::OutgoingText text) {
    announce(claimed);
    ports::Settlement end{std::move(claimed.message), std::move(claimed.lease), false};
    ports::Message& message = end.message;
    ports::Attempt attempt;
    attempt.number = message.attempts;
    attempt.provider = choice.sender->name();
    attempt.sender_id = choice.sender_id;
    attempt.route = choice.route;
    attempt.at = ports_.clock.now();
    const auto plan = sms::plan(text.text.reveal());
    attempt.encoding = sms::to_text(plan.encoding);
    attempt.parts = static_cast<unsigned>(plan.parts.size());
    ports_.providers.asked(attempt.provider, attempt.at);
    auto result = co_await choice.sender->submit(text);
    ports_.providers.answered(attempt.provider, result, ports_.clock.now());
    attempt.outcome = result.outcome;
    if (result.parts > 0) // the provider knows best
        attempt.parts = result.parts;
    const bool may_have_left =
        result.outcome == SubmitOutcome::accepted || result.outcome == SubmitOutcome::unknown;
    if (may_have_left)
        ports_.meter.parts_sent(attempt.provider, attempt.parts);
    attempt.reference = result.reference;
    attempt.error = result.error;
    attempt.price = result.price;
    if (attempt.price)
        ports_.meter.cost(attempt.provider, *attempt.price);
    end.by_reference = result.receipt_by_reference && may_have_left;
    message.tries.push_back(std::move(attempt));
    judge(message, result);
    co_return end;
}

// What an answer means for the message

void Dispatcher::judge(ports::Message& message, const ports::SubmitResult& result) const {
    message.changed_at = ports_.clock.now();
    message.due_at.reset();
    message.error = result.error;
    switch (result.outcome) {
    case SubmitOutcome::accepted:
        message.state = MessageState::sent;
        return wait_for_receipt(message, limits_.receipt_wait);
    case SubmitOutcome::unknown:
        message.state = MessageState::unknown;
        return wait_for_receipt(message, limits_.answer_wait);
    case SubmitOutcome::unreachable:
    case SubmitOutcome::fraud:
        message.state = MessageState::failed;
        return;
    case SubmitOutcome::refused:
    case SubmitOutcome::throttled:
    case SubmitOutcome::unavailable:
    case SubmitOutcome::misconfigured:
        return try_again(message, result);
    }
}

// As far as the router knows without the texts before.
Choice Dispatcher::next_choice(const ports::Message& message) const {
    if (message.tries.size() >= limits_.attempts_max)
        return {};
    return ports_.router.choose(message, facts(message.to), {}, ports_.clock.now());
}

// Only while there is someone else to ask.
void Dispatcher::wait_for_receipt(ports::Message& message, Seconds wait) const {
    const Instant at = ports_.clock.now() + wait;
    if (wait == Seconds(0) || at >= message.expires_at)
        return;
    const Choice next = next_choice(message);
    if (next.sender || next.wait_until)
        message.due_at = at;
}

void Dispatcher::try_again(ports::Message& message, const ports::SubmitResult& result) const {
    message.state = MessageState::queued;
    const Instant now = ports_.clock.now();
    const Choice next = next_choice(message);
    const Seconds wait =
        result.retry_after.value_or(doubled(limits_.retry_first, message.attempts - 1, limits_.retry_max));
    if (next.sender && !next.tried_before && (!result.retry_after || wait > worth_waiting))
        message.due_at = now;
    else if (next.sender)
        message.due_at = now + wait;
    else if (next.wait_until)
        message.due_at = std::max(*next.wait_until, now + wait);
    if (!message.due_at || *message.due_at >= message.expires_at)
        give_up(message, MessageState::failed, message.error);
}

// What may have arrived keeps its state: its receipt may still come.
void Dispatcher::give_up(ports::Message& message, MessageState state, std::string_view error) const {
    message.due_at.reset();
    if (waits_for_receipt(message))
        return;
    const bool told_expired = !message.tries.empty() && message.tries.back().told == MessageState::expired;
    message.state = told_expired && state == MessageState::failed ? MessageState::expired : state;
    message.error = error;
}

// Codes that came back

void Dispatcher::start_telling_uses(Executor& executor) {
    while (telling_ < uses_at_once_max) {
        core::VerificationId next;
        {
            const std::lock_guard lock(mutex_);
            if (used_.empty())
                return;
            next = std::move(used_.back());
            used_.pop_back();
        }
        ++telling_;
        spawn(executor, tell_use(std::move(next)), [this] {
            --telling_;
            ports_.alarm.wake();
        });
    }
}

Task<void> Dispatcher::tell_use(core::VerificationId verification) {
    std::vector<ports::Key> keys{verification};
    const auto loaded = co_await ports_.store.load(std::move(keys));
    const auto messages = co_await ports_.store.messages_of(verification);
    if (!loaded || !messages || messages->empty())
        co_return;
    const auto* row = loaded->find<core::Verification>(verification);
    const auto code = row ? ports::code_of(*row, ports_.keys) : std::nullopt;
    const ports::Message& message = messages->back();
    if (!code || row->generation != message.generation)
        co_return;
    for (const auto& attempt : message.tries) {
        auto* sender = ports_.providers.find(attempt.provider);
        if (attempt.outcome != SubmitOutcome::accepted || !sender || !sender->wants_use())
            continue;
        const ports::UsedText used{message.id, message.to, attempt.reference, *code, row->changed_at};
        auto telling = sender->report_use(used);
        co_await telling;
    }
}

} // namespace dialproof::delivery
