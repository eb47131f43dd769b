#include "stores/record/migration.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace dialproof::stores {

std::string checksum(std::string_view sql) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : sql) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
}

} // namespace dialproof::stores
