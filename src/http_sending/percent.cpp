#include "http_sending/percent.h"

#include "base/base64.h"
#include "base/char_set.h"
#include "base/text.h"

namespace dialproof::http_sending {

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    static constexpr CharSet unreserved([](char c) {
        const char lower = to_lower(c);
        return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
    });
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (unreserved(c))
            out += c;
        else
            out.append(1, '%').append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
    }
    return out;
}

std::string plain_time(Instant at) {
    std::string text = to_rfc3339(at).substr(0, std::string_view("2026-01-05T10:00:00").size());
    text[std::string_view("2026-01-05").size()] = ' ';
    return text;
}

std::chrono::minutes minutes_of(Seconds time) { return std::chrono::ceil<std::chrono::minutes>(time); }

std::string basic_authorization(std::string_view user, std::string_view password) {
    return "Basic " + to_base64(std::string(user).append(1, ':').append(password));
}

} // namespace dialproof::http_sending
