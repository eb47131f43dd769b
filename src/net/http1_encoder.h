// Answers as HTTP/1.1 bytes (RFC 9112).
#pragma once

#include "wire/http.h"

#include <chrono>
#include <string>
#include <string_view>

namespace dialproof::net {

struct Http1Framing {
    bool keep_alive = true;
    bool http10 = false;    // the request was: staying open is said, not assumed
    bool head_only = false; // answers HEAD: the length of the body, but no body
};

// Status line and fields with the empty line. Content-Length, Date and Connection are made here, whatever
// the response says of them; a control character in a value becomes a space, so that no value adds a line.
std::string encode_head(const http::Response& response, const Http1Framing& framing, std::string_view date);

// False for 204 and 304, which have no body whatever the response holds (RFC 9110 section 6.4.1).
bool may_have_body(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT", RFC 9110 section 5.6.7.
std::string to_http_date(std::chrono::sys_seconds time);

// The date of now, written once a second. Not shared between threads.
class HttpDate {
public:
    std::string_view now();

private:
    std::chrono::sys_seconds at_{};
    std::string text_;
};

} // namespace dialproof::net
