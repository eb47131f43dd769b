#include "app/rate_text.h"

#include <array>
#include <charconv>
#include <utility>

namespace dialproof::app {

namespace {

constexpr std::array<std::pair<char, long>, 4> units{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
constexpr long span_seconds_max = 366L * 86400;

} // namespace

std::optional<Seconds> parse_span(std::string_view text) {
    long count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (failed != std::errc{} || count < 0 || count > span_seconds_max || unit.size() > 1)
        return {};
    long scale = unit.empty() ? 1 : 0;
    for (const auto& [letter, seconds] : units)
        if (!unit.empty() && letter == unit[0])
            scale = seconds;
    if (scale == 0 || count * scale > span_seconds_max)
        return {};
    return Seconds(count * scale);
}

std::string span_text(Seconds span) {
    for (const auto& [letter, seconds] : units)
        if (span.count() > 0 && span.count() % seconds == 0)
            return std::to_string(span.count() / seconds) + letter;
    return std::to_string(span.count()) + "s";
}

std::optional<core::Rate> parse_rate(std::string_view text) {
    if (text == "none")
        return core::Rate{};
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return {};
    core::Rate rate;
    const auto* last = text.data() + slash;
    const auto [end, failed] = std::from_chars(text.data(), last, rate.count);
    const auto period = parse_span(text.substr(slash + 1));
    constexpr unsigned count_max = 1'000'000'000;
    if (failed != std::errc{} || end != last || !period || rate.count == 0 || rate.count > count_max ||
        period->count() == 0)
        return {};
    rate.period = *period;
    return rate;
}

std::string rate_text(core::Rate rate) {
    return rate.limited() ? std::to_string(rate.count) + "/" + span_text(rate.period) : "none";
}

} // namespace dialproof::app
