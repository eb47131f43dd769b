#include "base/utf8.h"

#include <array>

namespace dialproof {

namespace {

bool continues(std::string_view text, std::size_t at, unsigned low = 0x80, unsigned high = 0xBF) {
    return at < text.size() && static_cast<unsigned char>(text[at]) >= low &&
           static_cast<unsigned char>(text[at]) <= high;
}

} // namespace

std::size_t utf8_sequence_length(std::string_view text) {
    if (text.empty())
        return 0;
    const unsigned lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return continues(text, 1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return continues(text, 1, low, high) && continues(text, 2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return continues(text, 1, low, high) && continues(text, 2) && continues(text, 3) ? 4 : 0;
    }
    return 0;
}

std::optional<std::size_t> utf8_length(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0)
            return {};
        text.remove_prefix(length);
        ++count;
    }
    return count;
}

char32_t take_utf8(std::string_view& text) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
        text.remove_prefix(1);
        return U'\uFFFD';
    }
    constexpr std::array<unsigned, 5> lead_bits{0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t point = static_cast<unsigned char>(text[0]) & lead_bits[length];
    for (std::size_t i = 1; i < length; ++i)
        point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
    text.remove_prefix(length);
    return point;
}

void append_utf8(std::string& text, char32_t point) {
    const std::size_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr std::array<char32_t, 4> lead{0, 0xC0, 0xE0, 0xF0};
    text += static_cast<char>(lead[more] | point >> (6 * more));
    for (std::size_t i = more; i-- > 0;)
        text += static_cast<char>(0x80U | (point >> (6 * i) & 0x3FU));
}

} // namespace dialproof
