// Forms may hold any bytes; what comes after them works on UTF-8.
#pragma once

#include <string>

namespace dialproof {

// The text itself where it is UTF-8, otherwise with U+FFFD for each byte that belongs to no character.
std::string utf8_repaired(std::string text);

} // namespace dialproof
