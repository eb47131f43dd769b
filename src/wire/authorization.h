// The Authorization field of a request (RFC 9110 section 11.6.2).
#pragma once

#include <optional>
#include <string_view>

namespace dialproof::http {

// The token of "Bearer TOKEN" (RFC 6750 section 2.1), the scheme in any case; nothing for another scheme. It
// may be empty.
std::optional<std::string_view> bearer_token(std::string_view field);

} // namespace dialproof::http
