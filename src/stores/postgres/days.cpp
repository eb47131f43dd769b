#include "stores/postgres/days.h"

#include "base/instant.h"

#include <charconv>
#include <chrono>

namespace dialproof::stores::postgres {

namespace {

constexpr std::size_t id_digits = 32, time_digits = 12;
constexpr std::int64_t days_max = 100'000; // in the year 2243

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

std::int64_t day_of(std::string_view id) {
    if (id.size() != id_digits || !is_hex(id))
        return 0;
    std::int64_t milliseconds = 0;
    std::from_chars(id.data(), id.data() + time_digits, milliseconds, 16);
    const auto days = std::chrono::floor<std::chrono::days>(Milliseconds(milliseconds)).count();
    return days < days_max ? std::int64_t{days} : 0;
}

void Days::append_to(Statement& statement) const {
    std::size_t named = 0;
    for (const std::int64_t day : days_) {
        statement.with(day);
        ++named;
    }
    for (; named < count_max; ++named)
        statement.with(days_.empty() ? std::int64_t{0} : *days_.begin());
}

} // namespace dialproof::stores::postgres
