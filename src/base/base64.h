// Base64 back to bytes (RFC 4648); base64url without padding is written by base/text.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dialproof {

// Section 4, with padding.
std::string to_base64(std::string_view bytes);

// Both take padding or none, but not half of it; no white space, no sign of the other alphabet, no bits set
// beyond the last byte. So each text of bytes has exactly two spellings. Nothing where the text is neither.
std::optional<std::string> base64_decoded(std::string_view text);    // section 4: + and /
std::optional<std::string> base64url_decoded(std::string_view text); // section 5: - and _

} // namespace dialproof
