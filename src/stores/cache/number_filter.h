// Which numbers may have a line: all that were ever added are among them, and few others (a Bloom filter).
// Not shared between threads.
#pragma once

#include "core/phone_number.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dialproof::stores {

class NumberFilter {
public:
    // 2 MiB: of a million numbers one stranger in 200 is taken for known, of ten million most are.
    static constexpr std::size_t bits = std::size_t{1} << 24;

    NumberFilter() : words_(bits / word_bits) {}

    void add(const core::PhoneNumber& number);
    [[nodiscard]] bool may_have(const core::PhoneNumber& number) const;

private:
    static constexpr std::size_t word_bits = 64;
    // All bits of a number lie in one word, so that one look at the memory finds them.
    struct Place {
        std::size_t word;
        std::uint64_t bits;
    };
    static Place place_of(const core::PhoneNumber& number);

    std::vector<std::uint64_t> words_;
};

} // namespace dialproof::stores
