#include "pattern.h"

#include <stdexcept>
#include <vector>

namespace dialproof::contracts {

namespace {

struct Piece {
    bool variable;
    std::string text; // of a variable: its name
};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::vector<Piece> pieces_of(const std::string& text) {
    std::vector<Piece> pieces;
    const auto add_literal = [&](std::string literal) {
        if (!pieces.empty() && !pieces.back().variable)
            pieces.back().text += literal;
        else
            pieces.push_back({false, std::move(literal)});
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text.compare(at, 2, "$$") == 0) {
            add_literal("$");
            at += 2;
            continue;
        }
        std::size_t end = at + 1;
        while (text[at] == '$' && end < text.size() && is_name_character(text[end]))
            ++end;
        if (text[at] == '$' && end > at + 1)
            pieces.push_back({true, text.substr(at + 1, end - at - 1)});
        else
            add_literal(text.substr(at, end - at));
        at = end;
    }
    return pieces;
}

bool fits_from(const std::vector<Piece>& pieces, std::size_t piece, std::string_view actual,
               Variables& variables) {
    if (piece == pieces.size())
        return actual.empty();
    const auto& [variable, text] = pieces[piece];
    const auto known = variable ? variables.find(text) : variables.end();
    if (!variable || known != variables.end()) {
        const std::string& literal = variable ? known->second : text;
        return actual.starts_with(literal) &&
               fits_from(pieces, piece + 1, actual.substr(literal.size()), variables);
    }
    for (std::size_t length = text == "_" ? 0 : 1; length <= actual.size(); ++length) {
        Variables tried = variables;
        if (text != "_")
            tried[text] = std::string(actual.substr(0, length));
        if (fits_from(pieces, piece + 1, actual.substr(length), tried)) {
            variables = std::move(tried);
            return true;
        }
    }
    return false;
}

std::optional<std::string> different(const std::string& where, const json::Value& expected,
                                     const json::Value& actual) {
    return where + ": expected " + json::to_text(expected) + ", got " + json::to_text(actual);
}

std::optional<std::string> objects_difference(const json::Value& expected, const json::Value& actual,
                                              MemberOrder order, Variables& variables,
                                              const std::string& where) {
    const auto &wanted = *expected.as_object(), &given = *actual.as_object();
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!expected.find(given[i].name))
            return where + ": has " + given[i].name + ", which is not expected";
        if (order == MemberOrder::counts && i < wanted.size() && wanted[i].name != given[i].name)
            return where + ": " + given[i].name + " stands where " + wanted[i].name + " is expected";
    }
    for (const auto& [name, value] : wanted) {
        const auto* found = actual.find(name);
        if (!found)
            return where + ": has no " + name;
        if (auto told = difference(value, *found, order, variables, where + '.' + name))
            return told;
    }
    return {};
}

} // namespace

std::string filled_in(const std::string& text, const Variables& variables) {
    std::string filled;
    for (const auto& piece : pieces_of(text)) {
        const auto known = variables.find(piece.text);
        if (piece.variable && known == variables.end())
            throw std::invalid_argument("$" + piece.text + " is not bound");
        filled += piece.variable ? known->second : piece.text;
    }
    return filled;
}

bool fits(const std::string& pattern, const std::string& actual, Variables& variables) {
    return fits_from(pieces_of(pattern), 0, actual, variables);
}

std::optional<std::string> difference(const json::Value& expected, const json::Value& actual,
                                      MemberOrder order, Variables& variables, const std::string& where) {
    if (expected.kind() != actual.kind())
        return different(where, expected, actual);
    if (const auto* text = expected.as_string())
        return fits(*text, *actual.as_string(), variables) ? std::nullopt
                                                           : different(where, expected, actual);
    if (expected.as_object())
        return objects_difference(expected, actual, order, variables, where);
    if (const auto* items = expected.as_array()) {
        const auto& given = *actual.as_array();
        if (items->size() != given.size())
            return different(where, expected, actual);
        for (std::size_t i = 0; i < given.size(); ++i)
            if (auto told = difference((*items)[i], given[i], order, variables,
                                       where + '[' + std::to_string(i) + ']'))
                return told;
        return {};
    }
    return expected == actual ? std::nullopt : different(where, expected, actual);
}

} // namespace dialproof::contracts
