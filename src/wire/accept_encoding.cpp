#include "wire/accept_encoding.h"

#include "base/text.h"
#include "wire/field_grammar.h"

#include <optional>

namespace dialproof::http {

namespace {

constexpr int full_weight = 1000;

struct Coding {
    std::string_view name;
    int weight;
};

// "gzip" or "gzip;q=0.5"
std::optional<Coding> parse_coding(std::string_view element) {
    const auto semicolon = element.find(';');
    const auto name = trimmed(element.substr(0, semicolon));
    if (!is_token(name))
        return {};
    if (semicolon == std::string_view::npos)
        return Coding{name, full_weight};
    const auto parameter = trimmed(element.substr(semicolon + 1));
    if (parameter.size() < 2 || to_lower(parameter[0]) != 'q' || parameter[1] != '=')
        return {};
    const auto weight = parse_weight(parameter.substr(2));
    return weight ? std::optional(Coding{name, *weight}) : std::nullopt;
}

} // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    bool by_star = false;
    for (const auto element : list_elements(accept_encoding, accept_encoding_elements_max)) {
        const auto coding = parse_coding(element);
        if (!coding)
            continue;
        if (equals_ignoring_case(coding->name, "gzip") || equals_ignoring_case(coding->name, "x-gzip"))
            return coding->weight > 0;
        if (coding->name == "*")
            by_star = coding->weight > 0;
    }
    return by_star;
}

} // namespace dialproof::http
