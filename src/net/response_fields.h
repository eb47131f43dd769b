// What is the server's to say of a response, in either version of HTTP.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace dialproof::net {

// Content-Length, Date and those of the connection (RFC 9113 section 8.2.2): made here or not at all,
// whatever a handler says of them.
bool is_own_field(std::string_view name);

// False for 204 and 304, which have no body whatever the response holds (RFC 9110 section 6.4.1).
bool may_have_body(int status);

// A control character becomes a space, so that no value adds a line.
bool has_control_characters(std::string_view value);
void append_field_value(std::string& out, std::string_view value);

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
