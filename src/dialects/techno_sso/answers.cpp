#include "dialects/techno_sso/answers.h"

#include "base/json_writer.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::dialects::sso {

namespace {

constexpr Seconds retry_when_unavailable{1};

std::string_view status_text(int status) {
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Access Denied/Forbidden";
    case 404:
        return "Resource not found";
    case 422:
        return "Unprocessable Entity";
    case 429:
        return "Too many requests";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

// These stand in a JSON text only inside of its strings.
std::string escaped_for_html(std::string_view json) {
    std::string out;
    out.reserve(json.size() + 1);
    for (const char c : json) {
        if (c == '<')
            out += "\\u003c";
        else if (c == '>')
            out += "\\u003e";
        else if (c == '&')
            out += "\\u0026";
        else
            out += c;
    }
    return out;
}

http::Response without_cache(http::Response response) {
    response.headers.add("cache-control",
                         "no-cache, no-store, no-transform, must-revalidate, private, max-age=0");
    response.headers.add("pragma", "no-cache");
    response.headers.add("expires", "Thu, 01 Jan 1970 00:00:00 UTC");
    response.headers.add("x-accel-expires", "0");
    return response;
}

Error too_many(const core::Refused& refused, Instant now) {
    Error error{429, "too many requests"};
    if (refused.retry_at)
        error.penalty = std::max(seconds_until(*refused.retry_at, now), Seconds{1});
    return error;
}

Error error_of(const core::Refused& refused, Instant now) {
    switch (refused.reason) {
    case core::Reason::nothing_pending:
    case core::Reason::code_wrong:
    case core::Reason::attempts_spent:
        return bad_request("token does not exist");
    case core::Reason::code_expired:
        return bad_request("token has expired");
    case core::Reason::already_verified:
        return bad_request("Phone already verified");
    case core::Reason::send_too_soon:
    case core::Reason::send_limit_reached:
    case core::Reason::check_limit_reached:
        return too_many(refused, now);
    case core::Reason::number_not_allowed:
        return bad_request("phone number not specified");
    case core::Reason::number_taken:
        return bad_request("phone number is linked to another account");
    case core::Reason::no_phone:
        return bad_request("phone number is not linked to account");
    case core::Reason::user_not_found:
    case core::Reason::not_permitted: // a user who is asked about by himself alone is not there
        return user_unknown();
    case core::Reason::number_unchanged: // these do not come from the use cases of this API
    case core::Reason::user_exists:
    case core::Reason::username_taken:
        return {500, "internal error"};
    }
    std::abort();
}

} // namespace

http::Response json(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.add("content-type", "application/json; charset=utf-8");
    response.body = escaped_for_html(body) + '\n';
    return without_cache(std::move(response));
}

http::Response status_response(int status, std::string_view text) {
    return json(status, JsonWriter().begin_object().member("status", text).end_object().take());
}

http::Response error_response(const Error& error) {
    JsonWriter body;
    body.begin_object().key("error").begin_object().member("status", status_text(error.status));
    if (error.penalty)
        body.member("penalty", error.penalty->count());
    body.member("code", error.status).member("message", error.message).end_object().end_object();
    auto response = json(error.status, body.take());
    if (error.penalty)
        response.headers.add("retry-after", std::to_string(error.penalty->count()));
    if (error.status == 503)
        response.headers.add("retry-after", std::to_string(retry_when_unavailable.count()));
    return response;
}

http::Response not_found() {
    http::Response response;
    response.status = 404;
    response.headers.add("content-type", "text/plain; charset=utf-8");
    response.headers.add("x-content-type-options", "nosniff");
    response.body = "404 page not found\n";
    return without_cache(std::move(response));
}

http::Response method_not_allowed(const std::string& allow) {
    http::Response response;
    response.status = 405;
    response.headers.add("allow", allow);
    return without_cache(std::move(response));
}

Error bad_request(std::string message) { return {400, std::move(message)}; }
Error user_unknown() { return {404, "the user does not exist"}; }
Error unavailable() { return {503, "the server cannot do this now"}; }

Error error_of(const flows::Failure& failure, Instant now) {
    if (const auto* refused = std::get_if<core::Refused>(&failure))
        return error_of(*refused, now);
    return unavailable();
}

} // namespace dialproof::dialects::sso
