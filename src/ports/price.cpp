#include "ports/price.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace dialproof::ports {

namespace {

constexpr std::size_t digits_max = 15, text_max = 40;
constexpr int decimals_max = 9, exponent_max = 15;
constexpr std::int64_t units_end = 1'000'000'000'000'000; // the first with more digits

// `units` tenths, hundredths, ... as `decimals` says.
struct Decimal {
    std::int64_t units = 0;
    int decimals = 0;
};

std::optional<int> exponent_in(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    int exponent = 0;
    const auto* const end = text.data() + text.size();
    if (text.empty() || std::from_chars(text.data(), end, exponent).ptr != end || exponent > exponent_max ||
        exponent < -exponent_max)
        return {};
    return exponent;
}

// The same value with so many decimals, at least those that it has.
std::optional<Decimal> widened(Decimal value, int decimals) {
    for (; value.decimals < decimals; ++value.decimals)
        if (value.units *= 10; value.units >= units_end)
            return {};
    return value;
}

std::optional<Decimal> parse(std::string_view text) {
    int exponent = 0;
    if (const auto mark = text.find_first_of("eE"); mark != std::string_view::npos) {
        const auto found = exponent_in(text.substr(mark + 1));
        if (!found)
            return {};
        exponent = *found;
        text = text.substr(0, mark);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view after = text.substr(std::min(point + 1, text.size()));
    std::string digits(text.substr(0, point));
    digits += after;
    if (point == 0 || digits.size() > text_max || !std::all_of(digits.begin(), digits.end(), is_digit))
        return {};
    // Whoever multiplies prices as floating point writes 0.019350000000000003.
    const std::size_t kept = std::min(digits.size(), point + decimals_max);
    const bool up = kept < digits.size() && digits[kept] >= '5';
    digits.resize(kept);
    if (digits.size() > digits_max)
        return {};
    Decimal value;
    std::from_chars(digits.data(), digits.data() + digits.size(), value.units);
    value.units += up ? 1 : 0;
    value.decimals = static_cast<int>(kept - point) - exponent;
    for (; value.decimals > decimals_max && value.units % 10 == 0; --value.decimals)
        value.units /= 10;
    if (value.decimals > decimals_max)
        return {};
    return widened(value, 0);
}

std::string to_text(const Decimal& value) {
    std::string text = std::to_string(value.units);
    if (value.decimals == 0)
        return text;
    const auto decimals = static_cast<std::size_t>(value.decimals);
    if (text.size() <= decimals)
        text.insert(0, decimals + 1 - text.size(), '0');
    return text.insert(text.size() - decimals, 1, '.');
}

bool is_currency(std::string_view text) {
    return text.size() == 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace

std::optional<Price> parse_price(std::string_view amount, std::string_view currency) {
    const auto value = parse(amount);
    if (!value || !is_currency(currency))
        return {};
    return Price{to_text(*value), std::string(currency)};
}

std::optional<Price> sum(const Price& a, const Price& b) {
    const auto left = parse(a.amount), right = parse(b.amount);
    if (!left || !right || a.currency != b.currency)
        return {};
    const int decimals = std::max(left->decimals, right->decimals);
    const auto wide_left = widened(*left, decimals), wide_right = widened(*right, decimals);
    if (!wide_left || !wide_right)
        return {};
    const Decimal total{wide_left->units + wide_right->units, decimals};
    return total.units < units_end ? std::optional(Price{to_text(total), a.currency}) : std::nullopt;
}

std::optional<Price> product(const Price& one, unsigned count) {
    constexpr unsigned count_max = 1000; // so that no product overflows
    const auto value = parse(one.amount);
    if (!value || count > count_max)
        return {};
    const Decimal total{value->units * static_cast<std::int64_t>(count), value->decimals};
    return total.units < units_end ? std::optional(Price{to_text(total), one.currency}) : std::nullopt;
}

std::string to_text(const Price& price) { return price.amount + " " + price.currency; }

} // namespace dialproof::ports
