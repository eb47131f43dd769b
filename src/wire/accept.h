// What a client says it can read: Accept (RFC 9110 section 12.5.1).
#pragma once

#include <string_view>

namespace dialproof::http {

inline constexpr unsigned accept_elements_max = 100; // what follows is not looked at

// How much a client that sends this Accept field wants `media_type` ("application/json"), in thousandths;
// 0: not at all. The most specific range that fits decides. An empty field takes everything; ranges that
// cannot be read count as not there. Parameters of a range other than its weight are not compared.
int accept_quality(std::string_view accept, std::string_view media_type);

inline bool accepts(std::string_view accept, std::string_view media_type) {
    return accept_quality(accept, media_type) > 0;
}

} // namespace dialproof::http
