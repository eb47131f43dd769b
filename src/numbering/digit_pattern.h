// The regular expressions of the numbering plans, which speak of digits alone: "7(?:[1-4]\d\d|624)\d{6}".
//
// Understood are digits, \d, classes such as [2-57], groups, alternatives, "end of the text" ($), and ?, {m}
// or {m,n} behind any of these. Everything else is refused: what repeats without end, for one, would make a
// graph (digit_graph.h) without end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dialproof::numbering {

// What a pattern may be at most; the plans come near to none of these.
inline constexpr std::size_t pattern_bytes_max = 16 * 1024, pattern_depth_max = 16;
inline constexpr unsigned pattern_repeats_max = 20;

struct DigitPattern {
    enum class Kind { digit, sequence, choice, repeat, end };

    explicit DigitPattern(Kind k) : kind(k) {}

    Kind kind;
    std::uint16_t digits = 0;        // of `digit`: those that fit, 3 as 1 << 3
    unsigned min = 1, max = 1;       // of `repeat`
    std::vector<DigitPattern> parts; // of `sequence` and `choice`; the one that a `repeat` repeats
};

std::optional<DigitPattern> parse_digit_pattern(std::string_view text);

} // namespace dialproof::numbering
