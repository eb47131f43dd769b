// Answers as HTTP/1.1 bytes (RFC 9112).
#pragma once

#include "wire/http.h"

#include <string>
#include <string_view>

namespace dialproof::net {

struct Http1Framing {
    bool keep_alive = true;
    bool http10 = false;    // the request was: staying open is said, not assumed
    bool head_only = false; // answers HEAD: the length of the body, but no body
    bool streamed = false;  // the body has no length: it comes in chunks, or ends with the connection
};

// Status line and fields with the empty line. Content-Length, Date and Connection are made here, whatever
// the response says of them; a control character in a value becomes a space, so that no value adds a line.
std::string encode_head(const http::Response& response, const Http1Framing& framing, std::string_view date);

} // namespace dialproof::net
