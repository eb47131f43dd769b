#include "stores/record/outbox_rules.h"

#include <algorithm>
#include <utility>

namespace dialproof::stores {

namespace {

using ports::Attempt;
using ports::Message;
using ports::MessageState;

bool is_bad_news(MessageState state) {
    return state == MessageState::failed || state == MessageState::expired;
}

// The newest that left, or is leaving under a lease.
unsigned newest_attempt(const Message& message, bool leased) {
    return leased || message.tries.empty() ? message.attempts : message.tries.back().number;
}

Attempt& attempt_of(Message& message, unsigned number) {
    const auto place = std::lower_bound(message.tries.begin(), message.tries.end(), number,
                                        [](const Attempt& each, unsigned n) { return each.number < n; });
    if (place != message.tries.end() && place->number == number)
        return *place;
    Attempt attempt;
    attempt.number = number;
    return *message.tries.insert(place, std::move(attempt));
}

// Sent comes before the end, and the first end stands; but a handset that has the text is right.
bool tells_more(const Attempt& attempt, MessageState told) {
    if (!attempt.told || *attempt.told == MessageState::sent)
        return attempt.told != told;
    return told == MessageState::delivered && *attempt.told != MessageState::delivered;
}

void end(Message& message, MessageState state, Instant at) {
    message.state = state;
    message.changed_at = at;
    message.due_at.reset();
}

// The last attempt failed: another provider has its turn, or there is none to come.
void go_on(Message& message, const Attempt& failed, Instant at) {
    message.error = failed.told_error;
    if (failed.told_the_end || at >= message.expires_at)
        return end(message, *failed.told, at);
    message.state = MessageState::queued;
    message.changed_at = at;
    message.due_at = at;
}

} // namespace

Message after_claim(const Message& stored, bool abandoned) {
    Message message = stored;
    if (abandoned && message.attempts > 0) {
        Attempt& lost = attempt_of(message, message.attempts);
        lost.at = message.changed_at;
        lost.outcome = ports::SubmitOutcome::unknown;
        lost.error = "lease_ran_out";
    }
    ++message.attempts;
    return message;
}

std::optional<Message> after_receipt(const Message& stored, bool leased, const ports::Receipt& receipt) {
    const unsigned newest = newest_attempt(stored, leased);
    const unsigned number = receipt.attempt == 0 ? newest : receipt.attempt;
    if (number == 0 || number > stored.attempts || stored.state == MessageState::canceled)
        return {};
    Message message = stored;
    Attempt& attempt = attempt_of(message, number);
    if (!tells_more(attempt, receipt.state))
        return {};
    attempt.told = receipt.state;
    attempt.told_at = receipt.at;
    attempt.told_error = receipt.error;
    if (!attempt.price)
        attempt.price = receipt.price;
    attempt.told_the_end = is_bad_news(receipt.state) && !receipt.another_may_try;

    const bool waits = stored.state == MessageState::sent || stored.state == MessageState::unknown;
    if (receipt.state == MessageState::delivered) {
        if (stored.state != MessageState::delivered)
            end(message, MessageState::delivered, receipt.at);
        message.error.clear();
    } else if (is_bad_news(receipt.state) && waits && !leased && number == newest) {
        const Attempt failed = attempt;
        go_on(message, failed, receipt.at);
    } else if (receipt.state == MessageState::sent && stored.state == MessageState::unknown &&
               number == newest) {
        message.state = MessageState::sent;
        message.changed_at = receipt.at;
    }
    return message;
}

ports::Recorded recorded(const Message& stored, const std::optional<Message>& moved) {
    if (!moved)
        return {true, false, stored.state, stored.verification};
    ports::Recorded did{true, true, moved->state, moved->verification};
    const auto had_price = [&](unsigned number) {
        return std::any_of(stored.tries.begin(), stored.tries.end(),
                           [&](const Attempt& each) { return each.number == number && each.price; });
    };
    for (const auto& attempt : moved->tries)
        if (attempt.price && !had_price(attempt.number))
            did.price = attempt.price;
    return did;
}

Message after_settlement(const Message& stored, const Message& settled) {
    Message message = stored;
    const bool left = !settled.tries.empty() && settled.tries.back().number == stored.attempts;
    std::optional<Attempt> failed;
    if (left) {
        Attempt& attempt = attempt_of(message, stored.attempts);
        Attempt made = settled.tries.back();
        made.told = attempt.told;
        made.told_at = attempt.told_at;
        made.told_error = attempt.told_error;
        made.told_the_end = attempt.told_the_end;
        if (!made.price)
            made.price = attempt.price;
        attempt = std::move(made);
        if (attempt.told && is_bad_news(*attempt.told))
            failed = attempt;
    }
    if (ports::is_final(stored.state))
        return message;
    message.state = settled.state;
    message.changed_at = settled.changed_at;
    message.due_at = settled.due_at;
    message.error = settled.error;
    const bool waits = settled.state == MessageState::sent || settled.state == MessageState::unknown;
    if (failed && waits)
        go_on(message, *failed, settled.changed_at);
    if (ports::is_final(message.state))
        message.due_at.reset();
    return message;
}

} // namespace dialproof::stores
