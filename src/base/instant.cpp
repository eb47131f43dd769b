#include "base/instant.h"

#include <cstddef>
#include <cstdint>

namespace dialproof {

namespace {

// Reads exactly `count` digits at `at`, moving it on; -1 where there are none.
int take_digits(std::string_view text, std::size_t& at, std::size_t count) {
    if (at + count > text.size())
        return -1;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    at += count;
    return value;
}

bool take(std::string_view text, std::size_t& at, std::string_view one_of) {
    if (at >= text.size() || one_of.find(text[at]) == std::string_view::npos)
        return false;
    ++at;
    return true;
}

// Over the zeros that are there; each log line has a time, so this is worth more than snprintf.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::int64_t value) {
    for (; count > 0 && value > 0; value /= 10)
        text[at + --count] = static_cast<char>('0' + value % 10);
}

} // namespace

std::string to_rfc3339(Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{instant - day};
    std::string text = "0000-00-00T00:00:00.000Z";
    put_digits(text, 0, 4, int(date.year()));
    put_digits(text, 5, 2, int(unsigned(date.month())));
    put_digits(text, 8, 2, int(unsigned(date.day())));
    put_digits(text, 11, 2, time.hours().count());
    put_digits(text, 14, 2, time.minutes().count());
    put_digits(text, 17, 2, time.seconds().count());
    put_digits(text, 20, 3, time.subseconds().count());
    return text;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    std::size_t at = 0;
    const int year_number = take_digits(text, at, 4);
    const bool dash1 = take(text, at, "-");
    const int month_number = take_digits(text, at, 2);
    const bool dash2 = take(text, at, "-");
    const int day_number = take_digits(text, at, 2);
    const bool separator = take(text, at, "Tt ");
    const int hour = take_digits(text, at, 2);
    const bool colon1 = take(text, at, ":");
    const int minute = take_digits(text, at, 2);
    const bool colon2 = take(text, at, ":");
    const int second = take_digits(text, at, 2);
    if (!dash1 || !dash2 || !separator || !colon1 || !colon2)
        return {};
    if (year_number < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return {};
    const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                              day(static_cast<unsigned>(day_number))};
    if (month_number < 1 || day_number < 1 || !date.ok())
        return {};

    int fraction = 0;
    if (take(text, at, ".")) {
        int scale = 100;
        const auto first = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
            fraction += (text[at] - '0') * scale;
            scale /= 10;
            ++at;
        }
        if (at == first)
            return {};
    }

    minutes offset{0};
    if (!take(text, at, "Zz")) {
        const bool ahead = at < text.size() && text[at] == '+';
        if (!take(text, at, "+-"))
            return {};
        const int offset_hours = take_digits(text, at, 2);
        const bool colon = take(text, at, ":");
        const int offset_minutes = take_digits(text, at, 2);
        if (offset_hours < 0 || offset_hours > 23 || !colon || offset_minutes < 0 || offset_minutes > 59)
            return {};
        offset = hours(offset_hours) + minutes(offset_minutes);
        if (!ahead)
            offset = -offset;
    }
    if (at != text.size())
        return {};
    return Instant{sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(fraction) -
                   offset};
}

Seconds seconds_until(Instant then, Instant now) {
    return then <= now ? Seconds{0} : std::chrono::ceil<Seconds>(then - now);
}

} // namespace dialproof
