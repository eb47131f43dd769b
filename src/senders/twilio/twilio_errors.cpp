#include "senders/twilio/twilio_errors.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dialproof::senders {

using enum ports::SubmitOutcome;

// twilio.com/docs/api/errors
constexpr std::array<std::pair<std::string_view, ports::SubmitOutcome>, 23> outcomes{{
    {"14107", throttled},     // send rate of the sender
    {"20003", misconfigured}, // credentials
    {"20404", misconfigured}, // no such account or service
    {"20429", throttled},     // too many requests
    {"21211", refused},       // no valid number
    {"21212", misconfigured}, // sender
    {"21216", refused},       // account may not call this number
    {"21408", refused},       // region is off
    {"21606", misconfigured}, // sender is not the account's
    {"21608", misconfigured}, // number is not on the list of a trial
    {"21610", refused},       // handset has unsubscribed
    {"21611", unavailable},   // queue of the sender is full
    {"21612", unreachable},   // no route for SMS
    {"21614", unreachable},   // no mobile number
    {"21617", refused},       // text too long
    {"30003", unavailable},   // handset unreachable
    {"30004", refused},       // blocked
    {"30005", refused},       // unknown number
    {"30006", unreachable},   // landline
    {"30007", unavailable},   // filtered by a carrier
    {"30450", fraud},         // held as pumped traffic
    {"60410", fraud},         // number blocked for fraud
    {"60605", fraud},         // country blocked for fraud
}};

std::optional<ports::SubmitOutcome> twilio_outcome(std::string_view code) {
    const auto* const found = std::find_if(outcomes.begin(), outcomes.end(),
                                           [&](const auto& entry) { return entry.first == code; });
    if (found == outcomes.end())
        return {};
    return found->second;
}

} // namespace dialproof::senders
