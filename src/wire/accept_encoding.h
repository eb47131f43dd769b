// Whether a client can read a coded body: Accept-Encoding (RFC 9110 section 12.5.3).
#pragma once

#include <string_view>

namespace dialproof::http {

inline constexpr unsigned accept_encoding_elements_max = 100; // what follows is not looked at

// Whether a client that sends this Accept-Encoding field wants gzip. An empty field wants nothing coded, and
// elements that cannot be read count as not there.
bool accepts_gzip(std::string_view accept_encoding);

} // namespace dialproof::http
