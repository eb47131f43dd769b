#include "wire/field_grammar.h"

#include "base/char_set.h"

#include <algorithm>

namespace dialproof::http {

namespace {

constexpr CharSet token_characters(is_token_character);

} // namespace

bool is_token(std::string_view text) { return !text.empty() && token_characters.has_all_of(text); }

void FieldReader::skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
}

bool FieldReader::take(char c) {
    if (rest_.empty() || rest_.front() != c)
        return false;
    rest_.remove_prefix(1);
    return true;
}

std::string_view FieldReader::token() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), std::cref(token_characters));
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
}

std::optional<std::string> FieldReader::quoted_string() {
    if (!take('"'))
        return {};
    std::string content;
    while (!rest_.empty()) {
        char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '"')
            return content;
        if (c == '\\') {
            if (rest_.empty())
                return {};
            c = rest_.front();
            rest_.remove_prefix(1);
        }
        const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
        if (control)
            return {};
        content += c;
    }
    return {};
}

std::optional<std::string> FieldReader::token_or_quoted_string() {
    if (!rest_.empty() && rest_.front() == '"')
        return quoted_string();
    const std::string_view word = token();
    return word.empty() ? std::nullopt : std::optional<std::string>(word);
}

std::vector<std::string_view> list_elements(std::string_view field, std::size_t limit) {
    std::vector<std::string_view> elements;
    bool in_quotes = false;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= field.size() && elements.size() < limit; ++i) {
        if (i == field.size() || (field[i] == ',' && !in_quotes)) {
            const std::string_view element = trimmed(field.substr(start, i - start));
            if (!element.empty())
                elements.push_back(element);
            start = i + 1;
        } else if (field[i] == '"') {
            in_quotes = !in_quotes;
        } else if (field[i] == '\\' && in_quotes && i + 1 < field.size()) {
            ++i;
        }
    }
    return elements;
}

std::optional<int> parse_weight(std::string_view text) {
    constexpr std::size_t longest = 5; // "0.123"
    if (text.empty() || text.size() > longest || (text[0] != '0' && text[0] != '1'))
        return {};
    if (text.size() > 1 && text[1] != '.')
        return {};
    int thousandths = (text[0] - '0') * 1000;
    for (std::size_t i = 2, unit = 100; i < text.size(); ++i, unit /= 10) {
        if (!is_digit(text[i]))
            return {};
        thousandths += (text[i] - '0') * static_cast<int>(unit);
    }
    return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

std::string to_quoted_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out += '"';
}

} // namespace dialproof::http
