#include "wire/grpc_text.h"

#include "base/base64.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace dialproof::wire {

namespace {

std::optional<std::int64_t> number_of(std::string_view digits, std::size_t digits_max) {
    if (digits.empty() || digits.size() > digits_max || !std::all_of(digits.begin(), digits.end(), is_digit))
        return {};
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

} // namespace

std::string grpc_message(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte <= 0x7E && c != '%')
            encoded += c;
        else
            (((encoded += '%') += digits[byte >> 4U]) += digits[byte & 0xFU]);
    }
    return encoded;
}

std::optional<Milliseconds> parse_grpc_timeout(std::string_view text) {
    constexpr std::size_t digits_max = 8;
    if (text.empty())
        return {};
    const auto amount = number_of(text.substr(0, text.size() - 1), digits_max);
    if (!amount)
        return {};
    switch (text.back()) {
    case 'H':
        return std::chrono::hours(*amount);
    case 'M':
        return std::chrono::minutes(*amount);
    case 'S':
        return Seconds(*amount);
    case 'm':
        return Milliseconds(*amount);
    case 'u':
        return std::chrono::ceil<Milliseconds>(std::chrono::microseconds(*amount));
    case 'n':
        return std::chrono::ceil<Milliseconds>(std::chrono::nanoseconds(*amount));
    default:
        return {};
    }
}

std::optional<Milliseconds> parse_connect_timeout(std::string_view text) {
    constexpr std::size_t digits_max = 10;
    const auto amount = number_of(text, digits_max);
    return amount ? std::optional(Milliseconds(*amount)) : std::nullopt;
}

std::string grpc_web_trailers(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string text;
    for (const auto& [name, value] : fields)
        text.append(name).append(": ").append(value).append("\r\n");
    return text;
}

std::optional<std::string> grpc_web_text_decoded(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const auto padding = text.find('=');
        const auto end = padding == std::string_view::npos
                             ? text.size()
                             : std::min(text.find_first_not_of('=', padding), text.size());
        const auto part = base64_decoded(text.substr(0, end));
        if (!part)
            return {};
        bytes += *part;
        text.remove_prefix(end);
    }
    return bytes;
}

} // namespace dialproof::wire
