#include "net/response_fields.h"

#include "base/char_set.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace dialproof::net {
namespace {

constexpr std::array<std::string_view, 7> own_fields{
    "content-length", "date", "connection", "keep-alive", "upgrade", "transfer-encoding", "proxy-connection"};

constexpr CharSet controls([](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
});

} // namespace

bool is_own_field(std::string_view name) {
    return std::find(own_fields.begin(), own_fields.end(), name) != own_fields.end();
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool has_control_characters(std::string_view value) { return controls.has_any_of(value); }

void append_field_value(std::string& out, std::string_view value) {
    const auto start = static_cast<std::ptrdiff_t>(out.size());
    out += value;
    std::replace_if(out.begin() + start, out.end(), std::cref(controls), ' ');
}

std::string to_http_date(std::chrono::sys_seconds time) {
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 40> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                      days.at(std::chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                      months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string_view HttpDate::now() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (text_.empty() || now != at_) {
        at_ = now;
        text_ = to_http_date(now);
    }
    return text_;
}

} // namespace dialproof::net
