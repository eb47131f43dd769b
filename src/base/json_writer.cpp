#include "base/json_writer.h"

#include "base/char_set.h"
#include "base/utf8.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace dialproof {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

constexpr CharSet stands_for_itself([](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });

constexpr std::uint64_t in_each_byte(unsigned char byte) { return 0x0101010101010101ULL * byte; }

// Whether eight characters stand for themselves, looked at together. (What a byte carries over to the next
// only ever follows one that does not.)
bool stand_for_themselves(std::uint64_t eight) {
    constexpr std::uint64_t tops = in_each_byte(0x80);
    const auto has_zero = [](std::uint64_t word) { return (word - in_each_byte(1)) & ~word & tops; };
    const std::uint64_t control = (eight - in_each_byte(0x20)) & ~eight & tops;
    const std::uint64_t high = (eight | (eight + in_each_byte(1))) & tops;
    return (control | high | has_zero(eight ^ in_each_byte('"')) | has_zero(eight ^ in_each_byte('\\'))) == 0;
}

// How many characters from there on stand for themselves.
std::size_t plain_at(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    for (std::uint64_t eight = 0; end + sizeof eight <= text.size(); end += sizeof eight) {
        std::memcpy(&eight, text.data() + end, sizeof eight);
        if (!stand_for_themselves(eight))
            break;
    }
    while (end < text.size() && stands_for_itself(text[end]))
        ++end;
    return end - begin;
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t plain = plain_at(text, i);
        out.append(text, i, plain);
        i += plain;
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
