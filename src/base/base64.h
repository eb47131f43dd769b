// Bytes as text and back (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dialproof {

std::string to_base64(std::string_view bytes);    // section 4, with padding
std::string to_base64url(std::string_view bytes); // section 5, without

// Both take padding or none, but not half of it; no white space, no sign of the other alphabet, no bits set
// beyond the last byte. So each text of bytes has exactly two spellings. Nothing where the text is neither.
std::optional<std::string> base64_decoded(std::string_view text);    // section 4: + and /
std::optional<std::string> base64url_decoded(std::string_view text); // section 5: - and _

} // namespace dialproof
