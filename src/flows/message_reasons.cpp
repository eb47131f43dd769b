#include "flows/message_reasons.h"

#include <cstdlib>

namespace dialproof::flows {

namespace {

using ports::Attempt;
using ports::Message;
using ports::MessageState;
using ports::SubmitOutcome;

// With the name of its last bad news in front, which says it exactly.
std::string named(const std::string& error, const std::string& sentence) {
    return error.empty() ? sentence : error + ": " + sentence;
}

std::string why_queued(const Message& message, Instant now) {
    if (now >= message.expires_at)
        return "its code has expired: it will not be sent any more";
    if (message.error == "providers_rest")
        return "providers_rest: those that may take it rest after failures; the next provider has its turn "
               "at due_at, and GET /admin/v1/providers tells more";
    if (message.tries.empty())
        return named(message.error, "it waits to be sent");
    return named(message.error, "the next provider has its turn at due_at, where one is left");
}

std::string why_waiting(const Message& message, Instant now, const std::string& sentence) {
    if (message.due_at && now < message.expires_at)
        return sentence + "; without a receipt, the next provider has its turn at due_at";
    return sentence + "; only a receipt can tell more, because no other provider has a turn";
}

std::string why_failed(const Message& message) {
    if (message.error == "no_provider")
        return "no_provider: no provider may take a message to this number";
    if (message.error == "key_missing")
        return "key_missing: the key that makes its code is not in the key set (keys.file)";
    if (message.error == "service_missing")
        return "service_missing: its service " + message.service.text + " is not configured any more";
    return named(message.error, "no provider will deliver it, or none is left");
}

} // namespace

std::string why_answered(const Attempt& attempt) {
    if (attempt.error == "lease_ran_out")
        return "lease_ran_out: whoever was sending it died before telling how that went; it may have been "
               "sent";
    if (attempt.provider.empty())
        return "a receipt came before the word of who sent it";
    switch (attempt.outcome) {
    case SubmitOutcome::accepted:
        return "the provider took it";
    case SubmitOutcome::refused:
        return "refused: this provider takes no such number or text; at most one other is asked";
    case SubmitOutcome::unreachable:
        return "unreachable: the number gets no SMS by any provider, so no other is asked";
    case SubmitOutcome::fraud:
        return "fraud: held for fraud or blocked by policy, so no other provider is asked";
    case SubmitOutcome::throttled:
        return "throttled: surely not sent; the provider wants it later";
    case SubmitOutcome::unavailable:
        return "unavailable: surely not sent; another try may work";
    case SubmitOutcome::misconfigured:
        return "misconfigured: surely not sent; the provider's credentials, sender or credit need an "
               "operator";
    case SubmitOutcome::unknown:
        return "unknown: handed over without an answer; it may have been sent";
    }
    std::abort();
}

std::string why_told(const Attempt& attempt) {
    if (attempt.told_the_end)
        return "no other provider would do better: this is the end of the message";
    switch (*attempt.told) {
    case MessageState::sent:
        return "the carrier has it, the handset not yet";
    case MessageState::delivered:
        return "the handset has it";
    case MessageState::failed:
    case MessageState::expired:
        return "another provider has its turn, where one is left and the code lives";
    case MessageState::queued:
    case MessageState::canceled:
    case MessageState::unknown:
        return "it does not say where the message is";
    }
    std::abort();
}

std::string why_in_state(const Message& message, Instant now) {
    switch (message.state) {
    case MessageState::queued:
        return why_queued(message, now);
    case MessageState::sent:
        return why_waiting(message, now, "a provider took it");
    case MessageState::unknown:
        return why_waiting(message, now, "it may have been sent: the provider's answer is missing");
    case MessageState::delivered:
        return "a receipt says that the handset has it";
    case MessageState::failed:
        return why_failed(message);
    case MessageState::expired:
        return named(message.error, "its code or the carrier's patience ended before it was delivered");
    case MessageState::canceled:
        return named(message.error, "its verification was proven, ended or got a newer code before it left");
    }
    std::abort();
}

} // namespace dialproof::flows
