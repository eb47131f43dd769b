// Finds the place of the first mistake in a text that the JSON parser refused, and says what was expected
// there. Only for the error path: the parser itself is fast because it does not keep track of places.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::json {

struct Diagnosis {
    std::size_t offset = 0;
    std::string message;
};

// Empty where the grammar of RFC 8259 is kept (the range of numbers is not looked at). Nesting deeper than
// `depth_max` is a mistake too.
std::optional<Diagnosis> first_mistake(std::string_view text);

} // namespace dialproof::json
