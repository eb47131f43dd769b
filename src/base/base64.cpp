#include "base/base64.h"

#include "base/text.h"

#include <cstddef>
#include <cstdint>

namespace dialproof {

namespace {

// -1 where the character is none of the alphabet, whose last two are `plus` and `slash`.
int value_of(char c, char plus, char slash) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (is_digit(c))
        return c - '0' + 52;
    return c == plus ? 62 : c == slash ? 63 : -1;
}

std::optional<std::string> decoded(std::string_view text, char plus, char slash) {
    if (text.ends_with('=')) {
        if (text.size() % 4 != 0)
            return {};
        text.remove_suffix(text.ends_with("==") ? 2 : 1);
    }
    if (text.size() % 4 == 1)
        return {};
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = value_of(c, plus, slash);
        if (value < 0)
            return {};
        buffer = ((buffer << 6) | static_cast<unsigned>(value)) & 0xFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((buffer >> bits) & 0xFF);
        }
    }
    const bool stray_bits = (buffer & ((1U << bits) - 1)) != 0;
    return stray_bits ? std::nullopt : std::optional(std::move(bytes));
}

std::string encoded(std::string_view bytes, std::string_view alphabet) {
    const auto byte = [bytes](std::size_t at) -> std::uint32_t {
        return static_cast<unsigned char>(bytes[at]);
    };
    std::string text((bytes.size() + 2) / 3 * 4, '\0');
    char* out = text.data();
    const auto put = [&out, digits = alphabet.data()](std::uint32_t three) {
        out[0] = digits[three >> 18];
        out[1] = digits[three >> 12 & 63];
        out[2] = digits[three >> 6 & 63];
        out[3] = digits[three & 63];
        out += 4;
    };
    const std::size_t rest = bytes.size() % 3, whole = bytes.size() - rest;
    for (std::size_t i = 0; i < whole; i += 3)
        put(byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2));
    if (rest > 0)
        put(byte(whole) << 16 | (rest == 2 ? byte(whole + 1) << 8 : 0));
    text.resize((bytes.size() * 4 + 2) / 3);
    return text;
}

} // namespace

std::string to_base64(std::string_view bytes) {
    std::string text = encoded(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string to_base64url(std::string_view bytes) {
    return encoded(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

std::optional<std::string> base64_decoded(std::string_view text) { return decoded(text, '+', '/'); }

std::optional<std::string> base64url_decoded(std::string_view text) { return decoded(text, '-', '_'); }

} // namespace dialproof
