#include "dialects/pip_sms_settings/answers.h"

#include "base/json_writer.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::dialects::sms_settings {

namespace {

constexpr Seconds retry_when_unavailable{1};
constexpr std::string_view bad_request = "BadRequest", not_found = "NotFound", unauthorized = "Unauthorized";

http::Response with_headers(http::Response response) {
    response.headers.add("access-control-allow-origin", "*");
    response.headers.add("cache-control", "no-cache, no-store, must-revalidate");
    response.headers.add("pragma", "no-cache");
    response.headers.add("expires", "0");
    return response;
}

Error too_many(std::string message, const core::Refused& refused, Instant now) {
    Error error{bad_request, "TOO_MANY_REQUESTS", 429, {}, std::move(message)};
    if (refused.retry_at)
        error.retry_after = std::max(seconds_until(*refused.retry_at, now), Seconds{1});
    return error;
}

Error unknown() { return {"Unknown", "UNKNOWN", 500, {}, "Unknown error"}; }

Error refused_error(const core::Refused& refused, const Named& named, Instant now) {
    switch (refused.reason) {
    case core::Reason::nothing_pending:
    case core::Reason::code_wrong:
    case core::Reason::code_expired:
    case core::Reason::attempts_spent:
    case core::Reason::already_verified:
        return invalid_code(named.recipient, named.code);
    case core::Reason::send_too_soon:
    case core::Reason::send_limit_reached:
        return too_many("Too many codes were sent", refused, now);
    case core::Reason::check_limit_reached:
        return too_many("Too many requests", refused, now);
    case core::Reason::number_not_allowed:
        return wrong_phone(named.phone);
    case core::Reason::number_taken:
        return {"Conflict", "PHONE_ALREADY_USED", 409, {}, "Phone is verified by another user"};
    case core::Reason::no_phone:
        return recipient_not_found(named.recipient);
    case core::Reason::user_not_found:
        return nobody_found(named);
    case core::Reason::not_permitted:
        return not_the_owner();
    case core::Reason::number_unchanged: // these do not come from the use cases of this API
    case core::Reason::user_exists:
    case core::Reason::username_taken:
        return unknown();
    }
    std::abort();
}

} // namespace

http::Response json(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.add("content-type", "application/json; charset=utf-8");
    response.body = std::move(body);
    return with_headers(std::move(response));
}

http::Response no_content() {
    http::Response response;
    response.status = 204;
    return with_headers(std::move(response));
}

http::Response error_response(const Error& error) {
    JsonWriter body;
    body.begin_object().member("category", error.category).member("code", error.code);
    body.member("status", error.status).member("name", error.code);
    if (!error.details.empty()) {
        body.key("details").begin_object();
        for (const auto& [name, value] : error.details)
            body.member(name, value);
        body.end_object();
    }
    body.member("message", error.message).end_object();
    auto response = json(error.status, body.take());
    if (error.retry_after)
        response.headers.add("retry-after", std::to_string(error.retry_after->count()));
    return response;
}

http::Response preflight(const http::Request& request) {
    auto response = no_content();
    const auto asked = request.headers.get("access-control-request-headers");
    response.headers.add("access-control-allow-methods", "GET, POST, PUT, OPTIONS");
    response.headers.add("access-control-allow-headers",
                         asked.empty() ? "Content-Type, x-session-id" : std::string(asked));
    response.headers.add("access-control-max-age", "300");
    return response;
}

Error session_not_found(std::string_view session_id) {
    return {unauthorized,
            "SESSION_NOT_FOUND",
            440,
            {{"session_id", std::string(session_id)}},
            "Session invalid or already expired."};
}

Error not_signed() {
    return {unauthorized, "NOT_SIGNED", 401, {}, "User must be signed in to perform this operation"};
}

Error not_the_owner() {
    return {unauthorized, "FORBIDDEN", 403, {}, "Only data owner can perform this operation"};
}

Error login_not_found(std::string_view login) {
    return {not_found,
            "LOGIN_NOT_FOUND",
            404,
            {{"login", std::string(login)}},
            "Login " + std::string(login) + " was not found"};
}

Error recipient_not_found(std::string_view recipient) {
    return {not_found,
            "RECIPIENT_NOT_FOUND",
            404,
            {{"recipient_id", std::string(recipient)}},
            "Recipient " + std::string(recipient) + " was not found"};
}

Error invalid_code(std::string_view recipient, std::string_view code) {
    return {bad_request,
            "INVALID_CODE",
            400,
            {{"recipient_id", std::string(recipient)}, {"code", std::string(code)}},
            "Invalid sms verification code " + std::string(code)};
}

Error no_phone() { return {bad_request, "NO_PHONE", 400, {}, "Missing phone"}; }

Error wrong_phone(std::string_view phone) {
    return {bad_request,
            "WRONG_PHONE",
            400,
            {{"phone", std::string(phone)}},
            "Invalid phone " + std::string(phone)};
}

Error no_recipient_id() { return {bad_request, "NO_RECIPIENT_ID", 400, {}, "Missing recipient id"}; }

Error invalid_data(const std::vector<std::string>& faults) {
    std::string message = "Validation failed";
    for (const auto& fault : faults)
        message += (&fault == &faults.front() ? ": " : ", ") + fault;
    return {bad_request, "INVALID_DATA", 400, {}, std::move(message)};
}

Error bad_body(std::string message) { return {bad_request, "BAD_REQUEST", 400, {}, std::move(message)}; }

Error no_such_route(const http::Request& request) {
    return {not_found, "NOT_FOUND", 404, {}, "Cannot " + request.method + " " + request.path};
}

Error unavailable() {
    return {"NoResponse",          "UNAVAILABLE", 503, {}, "The server cannot do this now, try again later",
            retry_when_unavailable};
}

Error nobody_found(const Named& named) {
    return named.as_login ? login_not_found(named.recipient) : recipient_not_found(named.recipient);
}

Error error_of(const flows::Failure& failure, const Named& named, Instant now) {
    if (const auto* refused = std::get_if<core::Refused>(&failure))
        return refused_error(*refused, named, now);
    return unavailable();
}

} // namespace dialproof::dialects::sms_settings
