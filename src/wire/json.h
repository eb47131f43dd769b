// Reads one JSON text (RFC 8259) into a small tree of values.
//
//   const auto body = json::parse(request.body);
//   if (!body)
//       return bad_request(body.error().text());
//   const json::Value* phone = body->find("phone");
//
// Stricter than Python in three places: a number must fit 64 bits or a finite double, a \u escape must not
// leave half a surrogate pair, and the text must be UTF-8.
#pragma once

#include "base/json_writer.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dialproof::json {

inline constexpr std::size_t text_bytes_max = 256 * 1024;
// Arrays and objects within each other; an empty one is not counted.
inline constexpr std::size_t depth_max = 64;

enum class Kind { null, boolean, number, string, array, object };

std::string_view to_text(Kind kind);

// `literal` is the number as it was written: "1", "1.0" and "1e0" differ.
struct Number {
    std::string literal;

    // Neither fraction nor exponent.
    [[nodiscard]] bool is_integer() const;
    // Empty where it is no integer or does not fit.
    [[nodiscard]] std::optional<std::int64_t> as_int64() const;
    [[nodiscard]] double as_double() const;

    friend bool operator==(const Number&, const Number&) = default;
};

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>; // in the order they came

// Each as_… answers null or nothing where the value is of another kind.
class Value {
public:
    Value();
    explicit Value(bool flag);
    explicit Value(Number number);
    explicit Value(std::string text);
    explicit Value(const char* text); // would be a bool otherwise
    explicit Value(Array items);
    explicit Value(Object members);
    Value(const Value&);
    Value(Value&&) noexcept;
    Value& operator=(const Value&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(content_.index()); }
    [[nodiscard]] bool is_null() const { return kind() == Kind::null; }
    [[nodiscard]] std::optional<bool> as_bool() const;
    [[nodiscard]] const Number* as_number() const { return std::get_if<Number>(&content_); }
    [[nodiscard]] const std::string* as_string() const { return std::get_if<std::string>(&content_); }
    [[nodiscard]] const Array* as_array() const { return std::get_if<Array>(&content_); }
    [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&content_); }

    // The member of that name; of several the last, as Python and JavaScript have it. Null where there is
    // none or where this is no object.
    [[nodiscard]] const Value* find(std::string_view name) const;

    friend bool operator==(const Value& a, const Value& b);

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> content_; // in the order of Kind
};

struct Member {
    std::string name;
    Value value;

    friend bool operator==(const Member&, const Member&) = default;
};

// What is wrong and where. Line and column count from 1, the column in bytes; all three places are empty
// where the mistake has none, such as a text that is too long.
struct ParseError {
    std::string message;
    struct Place {
        std::size_t line = 1, column = 1, offset = 0;
    };
    std::optional<Place> place;

    // "expected a member name in double quotes: line 1 column 2 (char 1)"
    [[nodiscard]] std::string text() const;
};

Result<Value, ParseError> parse(std::string_view text);

void write(JsonWriter& json, const Value& value);
std::string to_text(const Value& value);

} // namespace dialproof::json
