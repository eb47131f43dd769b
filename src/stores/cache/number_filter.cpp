#include "stores/cache/number_filter.h"

#include <algorithm>
#include <functional>
#include <string>

namespace dialproof::stores {

namespace {

std::uint64_t bit_of(std::size_t place) { return std::uint64_t{1} << (place % 64); }

} // namespace

// The third is made of the other two (Kirsch and Mitzenmacher, 2006).
std::array<std::size_t, 3> NumberFilter::places(const core::PhoneNumber& number) {
    const std::size_t hash = std::hash<std::string>{}(number.e164());
    const std::size_t first = hash % bits, second = (hash >> 32U) % bits;
    return {first, second, (first + 3 * second) % bits};
}

void NumberFilter::add(const core::PhoneNumber& number) {
    for (const std::size_t place : places(number))
        words_[place / 64] |= bit_of(place);
}

bool NumberFilter::may_have(const core::PhoneNumber& number) const {
    const auto all = places(number);
    return std::all_of(all.begin(), all.end(),
                       [this](std::size_t place) { return (words_[place / 64] & bit_of(place)) != 0; });
}

} // namespace dialproof::stores
