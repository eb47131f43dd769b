#include "wire/utf8_repair.h"

#include "base/utf8.h"

#include <string_view>

namespace dialproof {

std::string utf8_repaired(std::string text) {
    if (utf8_length(text))
        return text;
    std::string repaired;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = utf8_sequence_length(rest);
        repaired += length == 0 ? std::string_view("\xEF\xBF\xBD") : rest.substr(0, length);
        rest.remove_prefix(length == 0 ? 1 : length);
    }
    return repaired;
}

} // namespace dialproof
