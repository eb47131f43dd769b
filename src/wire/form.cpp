#include "wire/form.h"

#include "base/text.h"
#include "wire/utf8_repair.h"

#include <algorithm>
#include <optional>

namespace dialproof::http {

const std::string* FormFields::find(std::string_view name) const {
    const auto last = std::find_if(fields_.rbegin(), fields_.rend(),
                                   [&](const auto& field) { return field.first == name; });
    return last == fields_.rend() ? nullptr : &last->second;
}

namespace {

std::optional<unsigned char> hex_byte(std::string_view text) {
    if (text.size() < 2)
        return {};
    const int high = hex_value(text[0]), low = hex_value(text[1]);
    if (high < 0 || low < 0)
        return {};
    return static_cast<unsigned char>(high * 16 + low);
}

std::string decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? hex_byte(text.substr(i + 1)) : std::nullopt;
        if (byte) {
            out += static_cast<char>(*byte);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return utf8_repaired(std::move(out));
}

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char lower = to_lower(c);
        if (c == ' ') {
            out += '+';
        } else if (is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '*' || c == '-' || c == '.' ||
                   c == '_') {
            out += c;
        } else {
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
}

} // namespace

Result<FormFields, FormError> parse_form(std::string_view text) {
    FormFields fields;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty())
            continue;
        if (fields.all().size() == form_fields_max)
            return fail(FormError::too_many_fields);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        fields.add(decoded(pair.substr(0, equals)), decoded(pair.substr(std::min(equals + 1, pair.size()))));
    }
    return fields;
}

std::string to_text(const FormFields& fields) {
    std::string text;
    for (const auto& [name, value] : fields.all()) {
        if (!text.empty())
            text += '&';
        append_encoded(text, name);
        text += '=';
        append_encoded(text, value);
    }
    return text;
}

} // namespace dialproof::http
