// The Cookie field of a request (RFC 6265 section 4.2).
#pragma once

#include <optional>
#include <string_view>

namespace dialproof::http {

// The value of the first cookie of that name, without the quotes around it. Names differ by case.
std::optional<std::string_view> cookie(std::string_view field, std::string_view name);

} // namespace dialproof::http
