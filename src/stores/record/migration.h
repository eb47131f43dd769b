// One numbered SQL file of a schema.
#pragma once

#include <string>
#include <string_view>

namespace dialproof::stores {

struct Migration {
    int number; // 1, 2, 3 ...
    std::string_view name;
    std::string_view sql;
};

// FNV-1a of the SQL with 64 bits, in hexadecimal: against accidents, not against an attacker.
std::string checksum(std::string_view sql);

} // namespace dialproof::stores
