// The small grammar that header fields share (RFC 9110 section 5.6): tokens, quoted strings, lists.
#pragma once

#include "base/text.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::http {

// RFC 9110 section 5.6.2: letters, digits and !#$%&'*+-.^_`|~
constexpr bool is_token_character(char c) {
    const char lower = to_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
bool is_token(std::string_view text);

// Reads one field value from left to right.
class FieldReader {
public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool ended() const { return rest_.empty(); }
    void skip_space(); // spaces and tabs
    bool take(char c);
    // The longest token here; empty where there is none.
    std::string_view token();
    // The content of a quoted string without its quotes and backslashes; nothing where there is none or it
    // does not end.
    std::optional<std::string> quoted_string();
    std::optional<std::string> token_or_quoted_string();

private:
    std::string_view rest_;
};

// The elements of a comma separated list, trimmed, without the empty ones; commas in quoted strings do not
// separate. At most `limit` elements: what follows is left out.
std::vector<std::string_view> list_elements(std::string_view field, std::size_t limit);

// "0.75" is 750 thousandths (RFC 9110 section 12.4.2); nothing where it is no such weight.
std::optional<int> parse_weight(std::string_view text);

// `text` as a quoted string.
std::string to_quoted_string(std::string_view text);

} // namespace dialproof::http
