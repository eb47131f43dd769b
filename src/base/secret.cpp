#include "base/secret.h"

#include <algorithm>

namespace dialproof {

void wipe(void* data, std::size_t bytes) {
    auto* byte = static_cast<volatile unsigned char*>(data);
    while (bytes-- > 0)
        *byte++ = 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    volatile unsigned char difference = a.size() == b.size() ? 0 : 1;
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i)
        difference = static_cast<unsigned char>(
            difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
    return difference == 0;
}

} // namespace dialproof
