// Looks into JSON that Dialproof wrote, for members whose values need no escape.
#pragma once

#include <string>
#include <string_view>

namespace dialproof::bench {

// The text of the first member of that name; empty where there is none.
inline std::string_view member(std::string_view json, std::string_view name) {
    const std::string sign = '"' + std::string(name) + "\":\"";
    const auto begin = json.find(sign);
    if (begin == std::string_view::npos)
        return {};
    const auto value = json.substr(begin + sign.size());
    return value.substr(0, value.find('"'));
}

} // namespace dialproof::bench
