#include "wire/accept_language.h"

#include "base/text.h"
#include "wire/field_grammar.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dialproof::http {

namespace {

constexpr std::size_t subtag_bytes_max = 8;

bool is_letter(char c) {
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'z';
}

bool is_subtag(std::string_view text, bool first) {
    return !text.empty() && text.size() <= subtag_bytes_max &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_letter(c) || (!first && is_digit(c)); });
}

// RFC 5646 section 2.1.1: regions in capitals, scripts capitalised, everything else in small letters,
// as is all that follows a singleton such as "x".
std::optional<std::string> canonical_tag(std::string_view text) {
    if (text.size() > language_bytes_max)
        return {};
    std::string tag;
    bool after_singleton = false;
    for (const std::string_view part : split(text, '-')) {
        if (!is_subtag(part, tag.empty()))
            return {};
        std::string subtag = to_lower(part);
        const bool plain = tag.empty() || after_singleton;
        if (!plain && subtag.size() == 2)
            subtag = to_upper(subtag);
        if (!plain && subtag.size() == 4 && std::all_of(subtag.begin(), subtag.end(), is_letter))
            subtag[0] = to_upper(subtag[0]);
        after_singleton = after_singleton || part.size() == 1;
        tag += (tag.empty() ? "" : "-") + subtag;
    }
    return tag;
}

// "de-CH;q=0.7"
std::optional<std::pair<std::string, int>> weighted_tag(std::string_view element) {
    const auto semicolon = element.find(';');
    const std::string_view range = trimmed(element.substr(0, semicolon));
    std::optional<int> weight = 1000;
    if (semicolon != std::string_view::npos) {
        const std::string_view parameter = trimmed(element.substr(semicolon + 1));
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q="))
            return {};
        weight = parse_weight(parameter.substr(2));
    }
    const auto tag = range == "*" ? std::optional<std::string>("*") : canonical_tag(range);
    if (!tag || !weight || *weight == 0)
        return {};
    return std::pair(*tag, *weight);
}

} // namespace

std::vector<std::string> accepted_languages(std::string_view field) {
    std::vector<std::pair<std::string, int>> weighted;
    for (const std::string_view element : list_elements(field, languages_max))
        if (auto tag = weighted_tag(element))
            weighted.push_back(std::move(*tag));
    std::stable_sort(weighted.begin(), weighted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::string> tags;
    for (auto& [tag, weight] : weighted)
        tags.push_back(std::move(tag));
    return tags;
}

} // namespace dialproof::http
