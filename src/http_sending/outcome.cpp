#include "http_sending/outcome.h"

#include "base/text.h"
#include "http_sending/retry_after.h"

#include <algorithm>

namespace dialproof::http_sending {

using ports::SubmitOutcome;

ports::SubmitResult result_of(SubmitOutcome outcome, std::string_view error) {
    ports::SubmitResult result;
    result.outcome = outcome;
    result.error = error;
    return result;
}

ports::SubmitResult from_failure(const ports::HttpFailure& failure) {
    return result_of(failure.maybe_sent ? SubmitOutcome::unknown : SubmitOutcome::unavailable, failure.error);
}

namespace {

SubmitOutcome outcome_of(unsigned status) {
    switch (status) {
    case 401:
    case 402:
    case 403:
    case 404:
    case 405:
        return SubmitOutcome::misconfigured;
    case 429:
        return SubmitOutcome::throttled;
    default:
        return status >= 400 && status < 500 ? SubmitOutcome::refused : SubmitOutcome::unknown;
    }
}

} // namespace

ports::SubmitResult from_status(const ports::HttpReply& reply, Instant now) {
    auto result = result_of(outcome_of(reply.status), "http_" + std::to_string(reply.status));
    if (result.outcome == SubmitOutcome::throttled)
        result.retry_after = parse_retry_after(reply.header("retry-after"), now);
    return result;
}

Result<std::string, std::string> account_check(const std::string& problem) {
    if (!problem.empty())
        return fail("the account cannot be asked: " + problem);
    return std::string("the account answers");
}

std::string error_name(std::string_view provider, std::string_view code) {
    std::string name(provider);
    name += '_';
    for (const char c : code.substr(0, error_bytes_max - std::min(name.size(), error_bytes_max))) {
        const char lower = to_lower(c);
        name += is_digit(c) || (lower >= 'a' && lower <= 'z') ? c : '_';
    }
    return name;
}

ports::SubmitResult without_code(ports::SubmitResult result, const Secret<std::string>& code) {
    const auto shows = [&](const std::string& text) {
        return !code.empty() && text.find(code.reveal()) != std::string::npos;
    };
    if (result.reference.size() > reference_bytes_max || shows(result.reference))
        result.reference.clear();
    if (shows(result.error))
        result.error = "other";
    return result;
}

} // namespace dialproof::http_sending
