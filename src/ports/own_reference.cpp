#include "ports/own_reference.h"

#include <string>

namespace dialproof::ports {

// FNV-1a of 32 bits. Texts that left before an update are found by it after: it never changes.
std::uint16_t own_reference(const core::MessageId& message, unsigned attempt) {
    constexpr std::uint32_t offset = 2'166'136'261, prime = 16'777'619, octet_values = 255;
    std::uint32_t hash = offset;
    for (const char c : message.text + "-" + std::to_string(attempt))
        hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    const auto octet = [](std::uint32_t bits) { return 1 + bits % octet_values; };
    return static_cast<std::uint16_t>(octet(hash >> 16U) << 8U | octet(hash & 0xFFFFU));
}

} // namespace dialproof::ports
