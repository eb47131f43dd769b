#include "senders/http_api/api_answer.h"

#include "base/text.h"
#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"
#include "http_sending/retry_after.h"
#include "senders/http_api/api_price.h"
#include "wire/json.h"

#include <algorithm>

namespace dialproof::senders {

using ports::SubmitOutcome;

namespace {

constexpr unsigned too_many_requests = 429;

std::string leading_number(const std::string& text) {
    return text.substr(
        0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin()));
}

std::string code_at(const std::string& place, const std::string& body, const json::Value& whole) {
    if (place == "text")
        return leading_number(body);
    if (!place.ends_with('#'))
        return http_sending::text_at(whole, place);
    const auto text = http_sending::text_at(whole, std::string_view(place).substr(0, place.size() - 1));
    return text.substr(std::min(text.find('#'), text.size() - 1) + 1);
}

struct Finding {
    std::string code; // the first that was found, or the one that is listed
    std::optional<SubmitOutcome> outcome;
};

Finding find_code(const AnswerShape& shape, const std::string& body, const json::Value& whole) {
    Finding finding;
    for (const auto& table : shape.codes) {
        const auto code = code_at(table.place, body, whole);
        if (const auto listed = table.outcomes.find(code); !code.empty() && listed != table.outcomes.end())
            return {code, listed->second};
        if (finding.code.empty())
            finding.code = code;
    }
    return finding;
}

ports::SubmitResult refusal(const HttpApi& api, const ports::HttpReply& reply, const Finding& found,
                            Instant now) {
    auto result = http_sending::from_status(reply, now);
    if (result.outcome == SubmitOutcome::throttled && reply.status == too_many_requests)
        return result;
    if (const auto listed = api.answer.statuses.find(reply.status); listed != api.answer.statuses.end())
        result.outcome = listed->second;
    if (found.outcome && *found.outcome != SubmitOutcome::accepted)
        result.outcome = *found.outcome;
    return result;
}

} // namespace

std::string problem_in(const HttpApi& api, const ports::HttpReply& reply) {
    const auto parsed = json::parse(reply.body);
    const auto found = find_code(api.answer, reply.body, parsed ? *parsed : json::Value());
    if (found.outcome && *found.outcome != SubmitOutcome::accepted)
        return http_sending::error_name(api.name, found.code);
    return http_sending::is_success(reply) ? std::string() : "http_" + std::to_string(reply.status);
}

ports::SubmitResult read_answer(const HttpApi& api, const ports::HttpReply& reply, Instant now) {
    const auto parsed = json::parse(reply.body);
    const json::Value whole = parsed ? *parsed : json::Value();
    const auto found = find_code(api.answer, reply.body, whole);

    ports::SubmitResult result;
    if (!http_sending::is_success(reply)) {
        result = refusal(api, reply, found, now);
    } else {
        result.reference =
            api.answer.reference.empty() ? "" : http_sending::text_at(whole, api.answer.reference);
        result.parts = api.answer.parts.empty() ? 0 : http_sending::parts_at(whole, api.answer.parts);
        result.price = price_in(api.answer.price, whole);
        if (found.outcome)
            result.outcome = *found.outcome;
        else if (!found.code.empty())
            result.outcome = api.answer.unlisted;
        else
            result.outcome = result.reference.empty() ? SubmitOutcome::unknown : SubmitOutcome::accepted;
        if (result.outcome == SubmitOutcome::unknown)
            result.error = "no_answer_code";
    }
    if (result.outcome == SubmitOutcome::accepted) {
        result.receipt_by_reference = api.receipt_by_reference;
        return result;
    }
    result.reference.clear();
    result.price.reset();
    if (!found.code.empty())
        result.error = http_sending::error_name(api.name, found.code);
    if (result.outcome == SubmitOutcome::throttled)
        result.retry_after = http_sending::parse_retry_after(reply.header("retry-after"), now);
    return result;
}

} // namespace dialproof::senders
