// A media type with its parameters, as Content-Type carries it (RFC 9110 section 8.3.1).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::http {

inline constexpr std::size_t media_type_bytes_max = 1024;

// Type, subtype and the names of parameters are lower case; values are as they came, without quotes.
struct MediaType {
    std::string type, subtype;
    std::vector<std::pair<std::string, std::string>> parameters;

    // "application/json"
    [[nodiscard]] std::string essence() const { return type + '/' + subtype; }
    [[nodiscard]] bool is(std::string_view name) const { return essence() == name; }
    // Of several of one name the first. `name` is lower case.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;

    friend bool operator==(const MediaType&, const MediaType&) = default;
};

// Nothing where the text is no media type, or is longer than the bound.
std::optional<MediaType> parse_media_type(std::string_view text);

// "multipart/form-data; boundary=\"a b\"": values that are no token are quoted.
std::string to_text(const MediaType& type);

} // namespace dialproof::http
