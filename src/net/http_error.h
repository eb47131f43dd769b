// A request that is not answered by a handler: it broke the protocol, or a limit. The texts are literals.
#pragma once

#include <string_view>

namespace dialproof::net {

struct HttpError {
    int status = 400;
    std::string_view code;    // stable, for programs: "header_too_large"
    std::string_view message; // for people

    friend bool operator==(const HttpError&, const HttpError&) = default;
};

// Those that every version of HTTP knows.
namespace http_errors {

inline constexpr HttpError target_too_long{414, "target_too_long", "The request target is too long."},
    header_too_large{431, "header_too_large", "The request's header is too large."},
    too_many_fields{431, "headers_too_many", "The request has too many header fields."},
    body_too_large{413, "body_too_large", "The request body is too large."},
    method_too_long{400, "malformed_request", "The method's name is too long."},
    target_malformed{400, "malformed_request", "The request target is neither a path nor a http URL."},
    host_malformed{400, "host_invalid", "The Host field is not a host name with an optional port."},
    host_not_single{400, "host_invalid", "A request needs exactly one Host field."},
    expectation_unknown{417, "expectation_unknown", "Only \"Expect: 100-continue\" is known."},
    header_timeout{408, "header_timeout", "The request's header took too long to arrive."},
    body_timeout{408, "body_timeout", "The request's body took too long to arrive."},
    tls_expected{400, "tls_expected", "This port speaks TLS: ask for it with https."},
    too_many_connections{503, "too_many_connections", "The server has too many connections."};

} // namespace http_errors

} // namespace dialproof::net
