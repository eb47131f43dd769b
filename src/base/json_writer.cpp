#include "base/json_writer.h"

#include "base/char_set.h"
#include "base/utf8.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace dialproof {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

constexpr CharSet stands_for_itself([](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t plain_from = i;
        while (i < text.size() && stands_for_itself(text[i]))
            ++i;
        out.append(text, plain_from, i - plain_from);
        if (i == text.size())
            break;
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x80) {
            const std::size_t length = utf8_sequence_length(text.substr(i));
            out += length == 0 ? replacement_character : text.substr(i, length);
            i += length == 0 ? 1 : length;
            continue;
        }
        switch (byte) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            std::array<char, 7> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
            out += escape.data();
        }
        ++i;
    }
    out += '"';
}

void JsonWriter::separate() {
    if (comma_due_)
        text_ += ',';
    comma_due_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    text_ += '{';
    comma_due_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    text_ += '}';
    comma_due_ = true;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    text_ += '[';
    comma_due_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    text_ += ']';
    comma_due_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_json_string(text_, name);
    text_ += ':';
    comma_due_ = false;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    append_json_string(text_, text);
    return *this;
}

JsonWriter& JsonWriter::value(bool flag) { return raw(flag ? "true" : "false"); }

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number))
        return null();
    std::array<char, 32> digits{};
    const int length = std::snprintf(digits.data(), digits.size(), "%.15g", number);
    return raw({digits.data(), static_cast<std::size_t>(length)});
}

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    text_ += json;
    return *this;
}

} // namespace dialproof
