#include "wire/authorization.h"

#include "base/text.h"

namespace dialproof::http {

std::optional<std::string_view> bearer_token(std::string_view field) {
    constexpr std::string_view scheme = "Bearer ";
    if (!equals_ignoring_case(field.substr(0, scheme.size()), scheme))
        return {};
    return trimmed(field.substr(scheme.size()));
}

} // namespace dialproof::http
