#include "flows/timeline.h"

#include "flows/event_record.h"
#include "flows/message_reasons.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace dialproof::flows {

namespace {

using ports::Attempt;
using ports::EventRecord;
using ports::Message;

class StepBuilder {
public:
    StepBuilder(Instant at, std::string what, std::string why = {}) :
        step_{at, std::move(what), std::move(why), {}} {}

    // Left out where it says nothing.
    StepBuilder& add(std::string name, std::string_view value) {
        if (!value.empty())
            step_.details.push_back({std::move(name), std::string(value)});
        return *this;
    }
    StepBuilder& add(std::string name, std::uint64_t value) {
        step_.details.push_back({std::move(name), value});
        return *this;
    }
    StepBuilder& add(std::string name, Instant value) { return add(std::move(name), to_rfc3339(value)); }

    TimelineStep take() { return std::move(step_); }

private:
    TimelineStep step_;
};

// Of a record's member that is a whole number; 0 where there is none.
unsigned number_in(const EventRecord& record, std::string_view member) {
    const std::string_view text = plain_member(record, member);
    unsigned number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// The configuration key that a number of this verification comes from: its dialect's own, or its service's.
std::string key_of(const core::Verification& v, std::string_view name, bool dialect_has_its_own) {
    const std::string owner = dialect_has_its_own ? "dialects." + v.dialect : "services." + v.service.text;
    return owner + "." + std::string(name);
}

const core::DialectTerms* terms_of(const core::Verification& v, const core::Rules& rules) {
    const auto found = rules.dialects.find(v.dialect);
    return found == rules.dialects.end() ? nullptr : &found->second;
}

std::string why_handed_over(const core::Verification& v, const core::Rules& rules,
                            std::string_view handover) {
    if (handover == to_text(core::Handover::answer))
        return "the caller asked for the code in the answer: no message is sent";
    if (handover == to_text(core::Handover::fixed))
        return "test_numbers: the number has a fixed code, and no message is sent";
    const auto* terms = terms_of(v, rules);
    return key_of(v, "code_lifetime", terms && terms->code_lifetime) + " says how long it is good";
}

std::string why_missed(const core::Verification& v, const core::Rules& rules) {
    const auto* terms = terms_of(v, rules);
    const auto* policy = rules.policy(v.service, v.dialect);
    std::string why = "the code was wrong, expired or used before; " +
                      key_of(v, "guesses", terms && terms->guesses) + " is how many may count";
    if (policy)
        why += ": " + std::to_string(policy->guesses);
    return why;
}

std::string why_ended(std::string_view reason) {
    if (reason == to_text(core::EndReason::superseded))
        return "superseded: a newer one took its place, and its codes are dead";
    if (reason == to_text(core::EndReason::number_removed))
        return "number_removed: the user no longer has or wants that number";
    if (reason == to_text(core::EndReason::user_removed))
        return "user_removed: the user was deleted";
    return std::string(reason);
}

TimelineStep started_step(const core::Verification& v, const std::string& number, const EventRecord& event) {
    return StepBuilder(event.at, "verification_started")
        .add("service", v.service.text)
        .add("dialect", v.dialect)
        .add("country", v.region)
        .add("number", number)
        .add("purpose", to_text(v.purpose))
        .add("channel", to_text(v.channel))
        .add("locale", v.locale)
        .take();
}

TimelineStep event_step(const core::Verification& v, const core::Rules& rules, const std::string& number,
                        const EventRecord& event) {
    if (event.type == "verification_started")
        return started_step(v, number, event);
    if (event.type == "code_made") {
        const auto handover = plain_member(event, "handover");
        return StepBuilder(event.at, "code_made", why_handed_over(v, rules, handover))
            .add("generation", number_in(event, "generation"))
            .add("handover", handover)
            .add("expires_at", plain_member(event, "expires_at"))
            .take();
    }
    if (event.type == "guess_missed")
        return StepBuilder(event.at, event.type, why_missed(v, rules))
            .add("misses", number_in(event, "misses"))
            .take();
    if (event.type == "approved")
        return StepBuilder(event.at, "verification_approved", "the right code came in time").take();
    if (event.type == "ended") {
        const auto reason = plain_member(event, "reason");
        return StepBuilder(event.at, "verification_ended", why_ended(reason)).add("reason", reason).take();
    }
    return StepBuilder(event.at, event.type).take();
}

// A receipt may be faster than the word of who sent it; of that try nothing else is known then.
Instant time_of(const Attempt& attempt) { return attempt.at == Instant() ? attempt.told_at : attempt.at; }

TimelineStep try_step(const Message& message, const Attempt& attempt) {
    StepBuilder step(time_of(attempt), "message_tried", why_answered(attempt));
    step.add("message", message.id.text)
        .add("attempt", attempt.number)
        .add("route", attempt.route)
        .add("provider", attempt.provider)
        .add("sender_id", attempt.sender_id)
        .add("encoding", attempt.encoding);
    if (attempt.parts > 0)
        step.add("parts", attempt.parts);
    return step.add("outcome", to_text(attempt.outcome))
        .add("reference", attempt.reference)
        .add("error", attempt.error)
        .add("price", attempt.price ? to_text(*attempt.price) : std::string())
        .take();
}

TimelineStep receipt_step(const Message& message, const Attempt& attempt) {
    return StepBuilder(attempt.told_at, "receipt_came", why_told(attempt))
        .add("message", message.id.text)
        .add("attempt", attempt.number)
        .add("provider", attempt.provider)
        .add("told", to_text(*attempt.told))
        .add("error", attempt.told_error)
        .take();
}

TimelineStep state_step(const Message& message, Instant now) {
    StepBuilder step(message.changed_at, "message_state", why_in_state(message, now));
    step.add("message", message.id.text).add("state", to_text(message.state));
    step.add("attempts", message.attempts).add("error", message.error);
    if (message.due_at && !ports::is_final(message.state))
        step.add("due_at", *message.due_at);
    return step.add("expires_at", message.expires_at).take();
}

// All but how it stands now.
void add_history(std::vector<TimelineStep>& steps, const Message& message) {
    steps.push_back(StepBuilder(message.created_at, "message_stored")
                        .add("message", message.id.text)
                        .add("generation", message.generation)
                        .add("locale", message.locale)
                        .take());
    for (const auto& attempt : message.tries) {
        steps.push_back(try_step(message, attempt));
        if (attempt.told)
            steps.push_back(receipt_step(message, attempt));
    }
}

// Events in their sequence, each message after the event that made its code, how all stands now at the end.
std::vector<TimelineStep> in_order_of_cause(const core::Verification& v, const std::string& number,
                                            const std::vector<EventRecord>& events,
                                            std::vector<Message> messages, const core::Rules& rules,
                                            Instant now) {
    std::vector<TimelineStep> steps, states;
    for (const auto& message : messages)
        states.push_back(state_step(message, now));
    for (const auto& event : events) {
        steps.push_back(event_step(v, rules, number, event));
        if (event.type != "code_made")
            continue;
        const auto other = std::stable_partition(
            messages.begin(), messages.end(),
            [made = number_in(event, "generation")](const auto& m) { return m.generation == made; });
        std::for_each(messages.begin(), other, [&](const auto& message) { add_history(steps, message); });
        messages.erase(messages.begin(), other);
    }
    for (const auto& message : messages) // whose event is kept no more
        add_history(steps, message);
    std::move(states.begin(), states.end(), std::back_inserter(steps));
    if (v.status == core::VerificationStatus::pending && now >= v.expires_at)
        steps.push_back(StepBuilder(v.expires_at, "code_expired", "code_expired: no guess at it is right now")
                            .add("generation", v.generation)
                            .take());
    return steps;
}

} // namespace

Timeline timeline_of(const core::Verification& verification, const std::vector<EventRecord>& events,
                     const std::vector<Message>& messages, const core::Rules& rules, Instant now) {
    const std::string number = verification.number ? verification.number->masked() : "";
    auto steps = in_order_of_cause(verification, number, events, messages, rules, now);
    std::stable_sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    const std::size_t left_out = steps.size() - std::min(steps.size(), timeline_steps_max);
    steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(left_out));
    return {verification.id,         number,           verification.status,
            verification.expires_at, std::move(steps), left_out};
}

} // namespace dialproof::flows
