// What a request's head must satisfy before the parser reads it (RFC 9112, RFC 9110). Parsers differ in what
// they forgive, and a request that two of them read differently can be smuggled past a proxy: here every
// such form is refused, so that there is one reading.
#pragma once

#include "net/http_error.h"
#include "net/limits.h"

#include <optional>
#include <string_view>

namespace dialproof::net {

inline constexpr std::size_t method_bytes_max = 32;

struct Head {
    bool expects_continue = false; // the sender waits for "100 Continue" before it sends the body
    bool body_too_large = false;   // by its Content-Length; all else of the head is in order
};

// field-content of RFC 9110 section 5.5: visible, space, tab, or a byte above ASCII.
constexpr bool is_field_character(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

// `head` is the request line and all fields, each line ended by CRLF, with the empty line at the end.
// The fault is empty where there is none.
std::optional<HttpError> find_fault(std::string_view head, const Limits& limits, Head& seen);

// The path and query of a request target in origin, absolute or asterisk form: "/a?b", "http://host/a?b",
// "*".
struct Target {
    std::string_view path;
    std::string_view query;
};
std::optional<Target> parse_target(std::string_view target);

// host [":" port], RFC 3986 section 3.2.2, by its characters; it may be empty.
bool is_host(std::string_view host);

} // namespace dialproof::net
