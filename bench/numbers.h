// Valid mobile numbers of several countries, each one once.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace dialproof::bench {

// The n-th number. Neighbours in n lie far apart in their country's range, as the numbers of people do who
// come one after the other: an index over numbers is touched all over.
inline std::string number_of(std::uint64_t n) {
    constexpr std::array<const char*, 5> ranges{"+4179", "+491511", "+3361", "+91981", "+7701"};
    constexpr std::uint64_t numbers_per_range = 10'000'000, scatter = 7'368'787; // no common divisor
    std::array<char, 16> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%s%07u", ranges.at(n % ranges.size()),
        static_cast<unsigned>(n / ranges.size() % numbers_per_range * scatter % numbers_per_range));
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace dialproof::bench
