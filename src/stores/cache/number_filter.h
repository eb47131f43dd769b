// Which numbers may have a line: all that were ever added are among them, and few others (a Bloom filter).
// Not shared between threads.
#pragma once

#include "core/phone_number.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dialproof::stores {

class NumberFilter {
public:
    // 4 MiB: of a million numbers one stranger in 10,000 is taken for known, of ten million one in six.
    static constexpr std::size_t bits = std::size_t{1} << 25;

    NumberFilter() : words_(bits / 64) {}

    void add(const core::PhoneNumber& number);
    [[nodiscard]] bool may_have(const core::PhoneNumber& number) const;

private:
    static std::array<std::size_t, 3> places(const core::PhoneNumber& number);

    std::vector<std::uint64_t> words_;
};

} // namespace dialproof::stores
