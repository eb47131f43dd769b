// Small helpers for ASCII text; nothing here depends on a locale.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dialproof {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
// Of a hexadecimal digit of either case; -1 where it is none.
constexpr int hex_value(char c) {
    if (is_digit(c))
        return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
// Without the spaces, tabs and line ends around it.
std::string_view trimmed(std::string_view text);
// "a,b,,c" at ',' gives "a", "b", "", "c".
std::vector<std::string_view> split(std::string_view text, char separator);

// Lower case hexadecimal.
std::string to_hex(std::string_view bytes);

} // namespace dialproof
