#include "http_sending/retry_after.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace dialproof::http_sending {

namespace {

constexpr std::size_t digits_max = 9;
constexpr std::size_t date_bytes = 29; // "Mon, 05 Jan 2026 10:00:30 GMT"

std::optional<int> number(std::string_view text) {
    int value = 0;
    if (text.empty() || text.size() > digits_max || !std::all_of(text.begin(), text.end(), is_digit))
        return {};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<unsigned> month_of(std::string_view name) {
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* const found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return {};
    return static_cast<unsigned>(found - names.begin()) + 1;
}

std::optional<Instant> http_date(std::string_view text) {
    if (text.size() != date_bytes || !text.ends_with(" GMT"))
        return {};
    const auto day = number(text.substr(5, 2)), year = number(text.substr(12, 4));
    const auto month = month_of(text.substr(8, 3));
    const auto hour = number(text.substr(17, 2)), minute = number(text.substr(20, 2)),
               second = number(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second)
        return {};
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok())
        return {};
    return Instant(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           Seconds(*second);
}

} // namespace

std::optional<Seconds> parse_retry_after(std::string_view field, Instant now) {
    field = trimmed(field);
    if (const auto seconds = number(field))
        return std::min(Seconds(*seconds), retry_after_max);
    if (const auto date = http_date(field))
        return std::min(seconds_until(*date, now), retry_after_max);
    return {};
}

} // namespace dialproof::http_sending
