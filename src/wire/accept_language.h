// The languages that a client wants to be answered in: Accept-Language (RFC 9110 section 12.5.4).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::http {

inline constexpr std::size_t languages_max = 20;
inline constexpr std::size_t language_bytes_max = 64;

// BCP 47 tags, most wanted first, equals in the order they came; "*" stands for any other. Their case is
// the usual one: "zh-Hant-TW". Left out are tags of weight 0, what is no tag, and all beyond the first
// `languages_max` elements of the field.
std::vector<std::string> accepted_languages(std::string_view field);

} // namespace dialproof::http
