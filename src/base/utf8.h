// UTF-8 as Unicode 15 table 3-7 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof {

// Bytes of the well-formed sequence at the start of `text`: 1 to 4, or 0 where there is none.
std::size_t utf8_sequence_length(std::string_view text);

// Number of code points, or nothing where the text is not UTF-8.
std::optional<std::size_t> utf8_length(std::string_view text);

// Takes the first code point off a text that is not empty; U+FFFD for a byte that starts no sequence.
char32_t take_utf8(std::string_view& text);

void append_utf8(std::string& text, char32_t point);

} // namespace dialproof
