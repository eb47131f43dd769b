#include "wire/json.h"

#include "base/text.h"
#include "wire/json_diagnosis.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace dialproof::json {

namespace dom = simdjson::dom;

std::string_view to_text(Kind kind) {
    switch (kind) {
    case Kind::null:
        return "null";
    case Kind::boolean:
        return "boolean";
    case Kind::number:
        return "number";
    case Kind::string:
        return "string";
    case Kind::array:
        return "array";
    case Kind::object:
        return "object";
    }
    std::abort();
}

bool Number::is_integer() const { return literal.find_first_of(".eE") == std::string::npos; }

std::optional<std::int64_t> Number::as_int64() const {
    std::int64_t number = 0;
    const char* end = literal.data() + literal.size();
    const auto [stop, error] = std::from_chars(literal.data(), end, number);
    if (error != std::errc{} || stop != end)
        return {};
    return number;
}

double Number::as_double() const {
    double number = 0;
    std::from_chars(literal.data(), literal.data() + literal.size(), number);
    return number;
}

// Defined where Member is complete.
Value::Value() = default;
Value::Value(bool flag) : content_(flag) {}
Value::Value(Number number) : content_(std::move(number)) {}
Value::Value(std::string text) : content_(std::move(text)) {}
Value::Value(const char* text) : content_(std::string(text)) {}
Value::Value(Array items) : content_(std::move(items)) {}
Value::Value(Object members) : content_(std::move(members)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

std::optional<bool> Value::as_bool() const {
    const bool* flag = std::get_if<bool>(&content_);
    return flag == nullptr ? std::nullopt : std::optional(*flag);
}

const Value* Value::find(std::string_view name) const {
    const Object* members = as_object();
    if (members == nullptr)
        return nullptr;
    const auto last =
        std::find_if(members->rbegin(), members->rend(), [&](const Member& m) { return m.name == name; });
    return last == members->rend() ? nullptr : &last->value;
}

bool operator==(const Value& a, const Value& b) { return a.content_ == b.content_; }

std::string ParseError::text() const {
    if (!place)
        return message;
    return message + ": line " + std::to_string(place->line) + " column " + std::to_string(place->column) +
           " (char " + std::to_string(place->offset) + ")";
}

namespace {

// The parser keeps numbers as binary values only. In a text that it accepted, each digit or minus outside
// a string begins a number, and the numbers come in the order of the tree.
class NumberLiterals {
public:
    explicit NumberLiterals(std::string_view text) : text_(text) {}

    std::string_view next() {
        while (text_[at_] != '-' && !is_digit(text_[at_])) {
            if (text_[at_] == '"')
                skip_string();
            ++at_;
        }
        const std::size_t end = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
        const std::string_view literal = text_.substr(at_, end - at_);
        at_ = end;
        return literal;
    }

private:
    void skip_string() {
        for (++at_; text_[at_] != '"'; ++at_)
            if (text_[at_] == '\\')
                ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

Value value_from(const dom::element& element, NumberLiterals& literals) {
    switch (element.type()) {
    case dom::element_type::NULL_VALUE:
        return {};
    case dom::element_type::BOOL:
        return Value(bool(element.get_bool().value_unsafe()));
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
        return Value(Number{std::string(literals.next())});
    case dom::element_type::STRING:
        return Value(std::string(element.get_string().value_unsafe()));
    case dom::element_type::ARRAY: {
        Array items;
        const dom::array array = element.get_array().value_unsafe();
        for (const dom::element item : array)
            items.push_back(value_from(item, literals));
        return Value(std::move(items));
    }
    case dom::element_type::OBJECT: {
        Object members;
        const dom::object object = element.get_object().value_unsafe();
        for (const dom::key_value_pair member : object)
            members.push_back({std::string(member.key), value_from(member.value, literals)});
        return Value(std::move(members));
    }
    }
    std::abort();
}

ParseError::Place place_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0
    return {line, offset - line_start + 1, offset};
}

ParseError error_of(std::string_view text, simdjson::error_code code) {
    if (const auto mistake = first_mistake(text))
        return {mistake->message, place_of(text, mistake->offset)};
    if (code == simdjson::NUMBER_ERROR)
        return {"a number is too large", {}};
    return {simdjson::error_message(code), {}};
}

} // namespace

Result<Value, ParseError> parse(std::string_view text) {
    if (text.size() > text_bytes_max)
        return fail(ParseError{"a JSON text of more than " + std::to_string(text_bytes_max) + " bytes", {}});
    // Kept from text to text, as its buffers are; the tree that comes out of here is ours.
    thread_local dom::parser parser(text_bytes_max);
    // The parser counts the value within the innermost bracket as one level more.
    const std::size_t wanted = std::max<std::size_t>(text.size(), 1024);
    if (parser.capacity() < wanted || parser.max_depth() != depth_max + 1)
        if (const auto error = parser.allocate(wanted, depth_max + 1))
            return fail(ParseError{simdjson::error_message(error), {}});
    dom::element root;
    // simdjson copies from the pointer even where there is nothing to copy, so it must not be null.
    const char* first = text.empty() ? "" : text.data();
    if (const auto error = parser.parse(first, text.size()).get(root))
        return fail(error_of(text, error));
    NumberLiterals literals(text);
    return value_from(root, literals);
}

void write(JsonWriter& json, const Value& value) {
    switch (value.kind()) {
    case Kind::null:
        json.null();
        return;
    case Kind::boolean:
        json.value(*value.as_bool());
        return;
    case Kind::number:
        json.raw(value.as_number()->literal);
        return;
    case Kind::string:
        json.value(*value.as_string());
        return;
    case Kind::array:
        json.begin_array();
        for (const Value& item : *value.as_array())
            write(json, item);
        json.end_array();
        return;
    case Kind::object:
        json.begin_object();
        for (const auto& [name, content] : *value.as_object())
            write(json.key(name), content);
        json.end_object();
        return;
    }
}

std::string to_text(const Value& value) {
    JsonWriter json;
    write(json, value);
    return json.take();
}

} // namespace dialproof::json
