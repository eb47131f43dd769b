#include "wire/accept.h"

#include "base/text.h"
#include "wire/field_grammar.h"
#include "wire/media_type.h"

namespace dialproof::http {

namespace {

constexpr int full_weight = 1000;

// 0: does not fit; 1: by */*; 2: by type/*; 3: exactly.
int specificity(const MediaType& range, std::string_view media_type) {
    const auto slash = media_type.find('/');
    const auto subtype = slash == std::string_view::npos ? std::string_view() : media_type.substr(slash + 1);
    if (range.type == "*")
        return range.subtype == "*" ? 1 : 0;
    if (range.type != media_type.substr(0, slash))
        return 0;
    if (range.subtype == "*")
        return 2;
    return range.subtype == subtype ? 3 : 0;
}

} // namespace

int accept_quality(std::string_view accept, std::string_view media_type) {
    const auto elements = list_elements(accept, accept_elements_max);
    if (elements.empty())
        return full_weight;
    const std::string wanted = to_lower(media_type);
    int best = 0, quality = 0;
    for (const std::string_view element : elements) {
        const auto range = parse_media_type(element);
        if (!range)
            continue;
        const auto weight = parse_weight(range->parameter("q").value_or("1"));
        const int fits = specificity(*range, wanted);
        if (!weight || fits <= best)
            continue;
        best = fits;
        quality = *weight;
    }
    return quality;
}

} // namespace dialproof::http
