// What an answer of HTTP, or its absence, says of a text, before a provider's own words are looked at.
#pragma once

#include "base/result.h"
#include "ports/http_client.h"
#include "ports/sender.h"

#include <string>
#include <string_view>

namespace dialproof::http_sending {

inline constexpr std::size_t reference_bytes_max = 256, error_bytes_max = 60;

ports::SubmitResult result_of(ports::SubmitOutcome outcome, std::string_view error = {});

// Unknown where the request may have been written, else unavailable.
ports::SubmitResult from_failure(const ports::HttpFailure& failure);

// Of a status that is no success: 429 is throttled; 401, 402, 403, 404 and 405 are ours to mend; other 4xx a
// refusal; and with all the rest, which a proxy in between may have said too, it is not known. The error is
// "http_503".
ports::SubmitResult from_status(const ports::HttpReply& reply, Instant now);

// "twilio_21211": letters, digits and '_' alone, and no more than the bound.
std::string error_name(std::string_view provider, std::string_view code);

// The same result, but that neither error nor reference shows the code: a provider may send back what it got.
ports::SubmitResult without_code(ports::SubmitResult result, const Secret<std::string>& code);

// What a sender's check says, `problem` being what the provider answered instead of what was hoped for;
// empty: it answered well.
Result<std::string, std::string> account_check(const std::string& problem);

inline bool is_success(const ports::HttpReply& reply) { return reply.status >= 200 && reply.status < 300; }

} // namespace dialproof::http_sending
