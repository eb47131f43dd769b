#include "dialects/django_phone_verify/drf.h"

#include "base/json_writer.h"
#include "wire/accept.h"

#include <algorithm>

namespace dialproof::dialects::drf {

namespace {

constexpr Seconds retry_when_unavailable{1};

http::Response with_retry_after(http::Response response, Seconds wait) {
    response.headers.add("retry-after", std::to_string(wait.count()));
    return response;
}

} // namespace

http::Response json(int status, std::string body) {
    http::Response response = http::json_response(status, std::move(body));
    response.headers.add("vary", "Accept");
    response.headers.add("allow", "POST, OPTIONS");
    return response;
}

http::Response detail(int status, std::string_view text) {
    return json(status, JsonWriter().begin_object().member("detail", text).end_object().take());
}

http::Response invalid(const FieldErrors& errors) {
    JsonWriter body;
    body.begin_object();
    for (const auto& [field, text] : errors)
        body.key(field).begin_array().value(text).end_array();
    return json(400, body.end_object().take());
}

http::Response throttled(std::optional<Seconds> wait) {
    constexpr std::string_view text = "Request was throttled.";
    if (!wait)
        return detail(429, text);
    const Seconds shown = std::max(*wait, Seconds{1});
    const std::string expected = " Expected available in " + std::to_string(shown.count()) + " seconds.";
    return with_retry_after(detail(429, std::string(text) + expected), shown);
}

http::Response unavailable() {
    return with_retry_after(detail(503, "Service temporarily unavailable, try again later."),
                            retry_when_unavailable);
}

http::Response not_found() {
    return http::json_response(
        404, JsonWriter().begin_object().member("detail", "Not found.").end_object().take());
}

http::Response method_not_allowed(std::string_view method) {
    return detail(405, "Method \"" + std::string(method) + "\" not allowed.");
}

http::Response unsupported_media_type(std::string_view content_type) {
    return detail(415, "Unsupported media type \"" + std::string(content_type) + "\" in request.");
}

std::optional<http::Response> not_acceptable(const http::Request& request) {
    const auto accept = request.headers.get("accept");
    if (http::accepts(accept, "application/json") || http::accepts(accept, "text/html"))
        return {};
    return detail(406, "Could not satisfy the request Accept header.");
}

http::Response metadata(std::string_view view_name, std::string_view description) {
    JsonWriter body;
    body.begin_object().member("name", view_name).member("description", description);
    body.key("renders").begin_array().value("application/json").end_array();
    body.key("parses").begin_array();
    for (const char* type : {"application/json", "application/x-www-form-urlencoded", "multipart/form-data"})
        body.value(type);
    return json(200, body.end_array().end_object().take());
}

} // namespace dialproof::dialects::drf
