#include "stores/postgres/statement.h"

namespace dialproof::stores::postgres {

namespace {

// The server knows no text with a zero byte. In its place goes what is no UTF-8, so that the server refuses
// the statement: cut off, the text could mean another row.
constexpr std::string_view refused_by_the_server = "\xC0\x80";

void append_byte(std::string& text, char byte) {
    if (byte == '\0')
        text += refused_by_the_server;
    else
        text += byte;
}

} // namespace

void Array::separate() {
    if (text_.size() > 1)
        text_ += ',';
}

void Array::add(std::string_view text) {
    separate();
    text_ += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            text_ += '\\';
        append_byte(text_, c);
    }
    text_ += '"';
}

void Array::add(std::int64_t number) {
    separate();
    text_ += std::to_string(number);
}

void Array::add_null() {
    separate();
    text_ += "NULL";
}

Statement& Statement::with(std::string_view text) & {
    std::string parameter;
    parameter.reserve(text.size());
    for (const char c : text)
        append_byte(parameter, c);
    parameters_.emplace_back(std::move(parameter));
    return *this;
}

Statement& Statement::with(std::int64_t number) & {
    parameters_.emplace_back(std::to_string(number));
    return *this;
}

Statement& Statement::with(const Array& array) & {
    parameters_.emplace_back(array.text());
    return *this;
}

Statement& Statement::with_null() & {
    parameters_.emplace_back();
    return *this;
}

} // namespace dialproof::stores::postgres
