// Writes one JSON text (RFC 8259), compact, members in the order they are given. Text must be UTF-8;
// bytes that are not are written as U+FFFD, so that the result is always valid.
//
//   JsonWriter json;
//   json.begin_object().key("to").value("+41791234567").key("parts").value(1).end_object();
//   json.text()  ->  {"to":"+41791234567","parts":1}
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dialproof {

class JsonWriter {
public:
    JsonWriter() { text_.reserve(usual_bytes); }

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(bool flag);
    JsonWriter& value(double number);
    template <std::integral I>
    JsonWriter& value(I number) {
        return raw(std::to_string(number));
    }
    JsonWriter& null();
    // `json` is already one JSON value.
    JsonWriter& raw(std::string_view json);

    template <typename V>
    JsonWriter& member(std::string_view name, const V& content) {
        return key(name).value(content);
    }

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    static constexpr std::size_t usual_bytes = 480; // most rows and log lines have room there

    void separate();

    std::string text_;
    bool comma_due_ = false;
};

// `text` between double quotes, escaped.
void append_json_string(std::string& out, std::string_view text);

} // namespace dialproof
