#include "flows/ids.h"

#include <array>
#include <cstdint>

namespace dialproof::flows {

std::string new_decimal_id(ports::Random& random) {
    constexpr std::uint64_t lowest = 100'000'000'000'000'000, count = 9 * lowest;
    constexpr std::uint64_t unbiased = UINT64_MAX / count * count; // a larger draw is thrown away
    for (;;) {
        std::array<unsigned char, 8> bytes{};
        random.fill(bytes);
        std::uint64_t drawn = 0;
        for (const unsigned char byte : bytes)
            drawn = drawn << 8 | byte;
        if (drawn < unbiased)
            return std::to_string(lowest + drawn % count);
    }
}

} // namespace dialproof::flows
