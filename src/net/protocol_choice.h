// Which version of HTTP a client speaks.
#pragma once

#include "net/http2_session.h"

#include <string_view>

namespace dialproof::net {

// HTTP/2, where TLS has settled on it (RFC 7301), or in the clear by the first line (RFC 9113 section 3.4):
// no request of HTTP/1.1 has it, and until all of it has come it is the beginning of one.
inline bool speaks_http2(std::string_view alpn, std::string_view first_bytes) {
    constexpr auto first_line = http2_preface.substr(0, http2_preface.find("SM"));
    return alpn.empty() ? first_bytes.starts_with(first_line) : alpn == "h2";
}

} // namespace dialproof::net
