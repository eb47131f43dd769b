#include "wire/cookie.h"

#include "base/text.h"

namespace dialproof::http {

std::optional<std::string_view> cookie(std::string_view field, std::string_view name) {
    while (!field.empty()) {
        const auto end = field.find(';');
        const auto pair = trimmed(field.substr(0, end));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && trimmed(pair.substr(0, equals)) == name) {
            auto value = trimmed(pair.substr(equals + 1));
            if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
                value = value.substr(1, value.size() - 2);
            return value;
        }
        field = end == std::string_view::npos ? std::string_view{} : field.substr(end + 1);
    }
    return {};
}

} // namespace dialproof::http
