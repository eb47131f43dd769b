#include "net/http2_head.h"

#include "base/text.h"
#include "net/http1_head.h"

#include <charconv>
#include <limits>

namespace dialproof::net {

void Http2Head::add(std::string_view name, std::string_view value) {
    if (fault_)
        return;
    fault_ = bounded(name, value);
    if (!fault_)
        fault_ = name.starts_with(':') ? pseudo_field(name, value) : field(name, value);
}

std::optional<HttpError> Http2Head::bounded(std::string_view name, std::string_view value) {
    bytes_ += name.size() + value.size() + field_overhead;
    if (name == ":path" && value.size() > limits_.target_bytes)
        return http_errors::target_too_long;
    if (bytes_ > limits_.header_bytes)
        return http_errors::header_too_large;
    if (!name.starts_with(':') && ++fields_ > limits_.header_count)
        return http_errors::too_many_fields;
    return {};
}

std::optional<HttpError> Http2Head::pseudo_field(std::string_view name, std::string_view value) {
    if (name == ":method") {
        if (value.size() > method_bytes_max)
            return http_errors::method_too_long;
        request_.method = value;
    }
    if (name == ":path")
        return path(value);
    if (name == ":authority")
        return host(value);
    return {}; // :scheme
}

std::optional<HttpError> Http2Head::path(std::string_view target) {
    const auto parsed = parse_target(target);
    if (!parsed)
        return http_errors::target_malformed;
    request_.path = parsed->path;
    request_.query = parsed->query;
    return {};
}

std::optional<HttpError> Http2Head::host(std::string_view value) {
    if (!is_host(value))
        return http_errors::host_malformed;
    if (host_ && !equals_ignoring_case(*host_, value))
        return http_errors::host_not_single;
    if (!host_)
        request_.headers.add("host", std::string(value));
    host_ = value;
    return {};
}

std::optional<HttpError> Http2Head::field(std::string_view name, std::string_view value) {
    if (name == "host")
        return host(value);
    if (name == "cookie") { // RFC 9113 section 8.2.3: it may come in crumbs
        cookies_.append(cookies_.empty() ? "" : "; ").append(value);
        return {};
    }
    if (name == "expect") {
        if (!equals_ignoring_case(value, "100-continue"))
            return http_errors::expectation_unknown;
        expects_continue_ = true;
    }
    if (name == "content-length") {
        std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max(); // where it is no number that fits
        std::from_chars(value.data(), value.data() + value.size(), bytes);
        length_ = bytes;
    }
    request_.headers.add(std::string(name), std::string(value));
    return {};
}

std::optional<HttpError> Http2Head::end() {
    if (!cookies_.empty())
        request_.headers.add("cookie", std::move(cookies_));
    request_.trailers_reach = true;
    if (fault_)
        return fault_;
    if (request_.path.empty() || (request_.path == "*" && request_.method != "OPTIONS"))
        return http_errors::target_malformed; // CONNECT has no path: there is nothing to tunnel to
    if (!host_)
        return http_errors::host_not_single;
    return {};
}

} // namespace dialproof::net
