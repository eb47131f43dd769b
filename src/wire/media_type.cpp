#include "wire/media_type.h"

#include "base/text.h"
#include "wire/field_grammar.h"

namespace dialproof::http {

std::optional<std::string_view> MediaType::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters)
        if (key == name)
            return value;
    return {};
}

std::optional<MediaType> parse_media_type(std::string_view text) {
    if (text.size() > media_type_bytes_max)
        return {};
    FieldReader reader(trimmed(text));
    MediaType found;
    found.type = to_lower(reader.token());
    if (!reader.take('/'))
        return {};
    found.subtype = to_lower(reader.token());
    if (found.type.empty() || found.subtype.empty())
        return {};
    for (;;) {
        reader.skip_space();
        if (reader.ended())
            return found;
        if (!reader.take(';'))
            return {};
        reader.skip_space();
        std::string name = to_lower(reader.token());
        if (name.empty()) // the grammar allows empty parameters: "text/plain;; a=b;"
            continue;
        if (!reader.take('='))
            return {};
        auto value = reader.token_or_quoted_string();
        if (!value)
            return {};
        found.parameters.emplace_back(std::move(name), std::move(*value));
    }
}

std::string to_text(const MediaType& type) {
    std::string text = type.essence();
    for (const auto& [name, value] : type.parameters)
        text += "; " + name + '=' + (is_token(value) ? value : to_quoted_string(value));
    return text;
}

} // namespace dialproof::http
