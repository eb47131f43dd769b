// How a provider answers a text.
#pragma once

#include <optional>
#include <string_view>

namespace dialproof::ports {

enum class SubmitOutcome {
    accepted,
    refused,       // this number or text is not taken; at most one other provider may think otherwise
    unreachable,   // this number gets no SMS, by any provider
    fraud,         // held for fraud or blocked by policy: another provider would only bill it
    throttled,     // surely not sent; later
    unavailable,   // surely not sent; another try may work
    misconfigured, // surely not sent, nor will the next be until an operator acts: credentials, sender,
                   // credit
    unknown,       // handed over, no answer: it may have been sent
};

std::string_view to_text(SubmitOutcome outcome);
std::optional<SubmitOutcome> parse_submit_outcome(std::string_view text);

} // namespace dialproof::ports
