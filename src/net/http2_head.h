// The head of a request from the fields that an HTTP/2 header block holds (RFC 9113 section 8.3), under the
// limits and rules of HTTP/1.1: a handler cannot tell them apart. That names and values are well-formed and
// pseudo-header fields come first and once each was seen to before.
#pragma once

#include "net/http_error.h"
#include "net/limits.h"
#include "wire/http.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::net {

class Http2Head {
public:
    explicit Http2Head(const Limits& limits) : limits_(limits) {}

    void add(std::string_view name, std::string_view value);
    // Once no more fields come: the first fault, if there is one.
    std::optional<HttpError> end();

    // What came up to the fault, or all of it. Once.
    http::Request take() { return std::move(request_); }
    // The length that was promised for the body.
    [[nodiscard]] std::optional<std::uint64_t> length() const { return length_; }
    // The sender waits for "100 Continue".
    [[nodiscard]] bool expects_continue() const { return expects_continue_; }

private:
    // What a field counts for besides its bytes (RFC 9113 section 6.5.2).
    static constexpr std::size_t field_overhead = 32;

    std::optional<HttpError> bounded(std::string_view name, std::string_view value);
    std::optional<HttpError> pseudo_field(std::string_view name, std::string_view value);
    std::optional<HttpError> field(std::string_view name, std::string_view value);
    std::optional<HttpError> path(std::string_view target);
    std::optional<HttpError> host(std::string_view value);

    const Limits& limits_;
    http::Request request_;
    std::optional<HttpError> fault_;
    std::size_t bytes_ = 0, fields_ = 0;
    std::optional<std::string> host_; // by :authority or by Host, which say the same
    std::string cookies_;
    std::optional<std::uint64_t> length_;
    bool expects_continue_ = false;
};

} // namespace dialproof::net
