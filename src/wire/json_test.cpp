#include "wire/json.h"

#include "wire/json_diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace dialproof::json {
namespace {

using ::testing::HasSubstr;

Value parsed(std::string_view text) {
    const auto value = parse(text);
    EXPECT_TRUE(value.has_value()) << text << ": " << (value ? "" : value.error().text());
    return value.value_or(Value());
}

TEST(Json, ReadsEveryKindOfValue) {
    const Value value =
        parsed(R"( {"s":"a\u00e9\n","n":-12.50e+3,"t":true,"f":false,"z":null,"a":[1,"2",[]]} )");
    ASSERT_EQ(value.kind(), Kind::object);
    EXPECT_EQ(*value.find("s")->as_string(), "a\xC3\xA9\n");
    EXPECT_EQ(value.find("n")->as_number()->literal, "-12.50e+3");
    EXPECT_EQ(value.find("n")->as_number()->as_double(), -12500.0);
    EXPECT_EQ(value.find("t")->as_bool(), true);
    EXPECT_EQ(value.find("f")->as_bool(), false);
    EXPECT_TRUE(value.find("z")->is_null());
    ASSERT_EQ(value.find("a")->as_array()->size(), 3U);
    EXPECT_EQ(*value.find("a")->as_array()->at(0).as_number()->as_int64(), 1);
    EXPECT_EQ(value.find("b"), nullptr);
    EXPECT_EQ(value.find("s")->as_number(), nullptr);
}

TEST(Json, ReadsAValueThatIsNoObject) {
    EXPECT_EQ(*parsed(" \"x\"\n").as_string(), "x");
    EXPECT_EQ(parsed("0").as_number()->literal, "0");
    EXPECT_TRUE(parsed("null").is_null());
    EXPECT_EQ(parsed("true").as_bool(), true);
    EXPECT_EQ(parsed("[]").kind(), Kind::array);
}

TEST(Json, KeepsNumbersAsTheyWereWritten) {
    const Value value = parsed(R"(["1\"2",{"3":"4\\"},1.0,1E2,-0,18446744073709551615,"5"])");
    const Array& items = *value.as_array();
    EXPECT_EQ(items[2].as_number()->literal, "1.0");
    EXPECT_FALSE(items[2].as_number()->is_integer());
    EXPECT_EQ(items[3].as_number()->literal, "1E2");
    EXPECT_EQ(items[4].as_number()->literal, "-0");
    EXPECT_TRUE(items[4].as_number()->is_integer());
    EXPECT_EQ(items[5].as_number()->literal, "18446744073709551615");
    EXPECT_FALSE(items[5].as_number()->as_int64().has_value());
    EXPECT_EQ(*items[6].as_string(), "5");
}

TEST(Json, KeepsTheOrderOfMembersAndFindsTheLastOfOneName) {
    const Value value = parsed(R"({"b":1,"a":2,"b":3})");
    ASSERT_EQ(value.as_object()->size(), 3U);
    EXPECT_EQ(value.as_object()->at(0).name, "b");
    EXPECT_EQ(value.as_object()->at(1).name, "a");
    EXPECT_EQ(value.find("b")->as_number()->literal, "3");
}

TEST(Json, SaysWhatIsWrongAndWhere) {
    const auto error_text = [](std::string_view text) {
        const auto value = parse(text);
        EXPECT_FALSE(value.has_value()) << text;
        return value ? std::string() : value.error().text();
    };
    EXPECT_EQ(error_text("{a}"), "expected a member name in double quotes: line 1 column 2 (char 1)");
    EXPECT_EQ(error_text("{\"a\":1,\n  b:2}"),
              "expected a member name in double quotes: line 2 column 3 (char 10)");
    EXPECT_EQ(error_text("{\"a\" 1}"), "expected ':' after the member name: line 1 column 6 (char 5)");
    EXPECT_EQ(error_text("{\"a\":}"), "expected a value: line 1 column 6 (char 5)");
    EXPECT_EQ(error_text("{\"a\":1 \"b\":2}"), "expected ',' or '}': line 1 column 8 (char 7)");
    EXPECT_EQ(error_text("[1,]"), "expected a value: line 1 column 4 (char 3)");
    EXPECT_EQ(error_text("{} x"), "expected nothing more after the value: line 1 column 4 (char 3)");
    EXPECT_EQ(error_text(""), "expected a value, but the text is empty: line 1 column 1 (char 0)");
    EXPECT_EQ(error_text("[\"ab"), "this string has no end: line 1 column 2 (char 1)");
    EXPECT_EQ(error_text("\"a\tb\""),
              "a control character in a string must be escaped: line 1 column 3 (char 2)");
    EXPECT_EQ(error_text("\"\\x\""), "no such escape in JSON: line 1 column 2 (char 1)");
    EXPECT_EQ(error_text("\"\\ud800\""), "this \\u escape is not a character: line 1 column 2 (char 1)");
    EXPECT_EQ(error_text("\"\xC0\x80\""), "the text is not UTF-8: line 1 column 2 (char 1)");
    EXPECT_EQ(error_text("01"), "a number must not begin with 0: line 1 column 2 (char 1)");
    EXPECT_EQ(error_text("1."), "expected a digit: line 1 column 3 (char 2)");
    EXPECT_EQ(error_text("NaN"), "expected a value: line 1 column 1 (char 0)");
    EXPECT_EQ(error_text("1e999"), "a number is too large");
    EXPECT_EQ(error_text("\xEF\xBB\xBF{}"), "expected a value: line 1 column 1 (char 0)");
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + '0' + std::string(depth, ']'); }

TEST(Json, NestsUpToItsBound) {
    EXPECT_TRUE(parse(nested(depth_max)).has_value());
    const auto deeper = parse(nested(depth_max + 1));
    ASSERT_FALSE(deeper.has_value());
    EXPECT_EQ(deeper.error().text(), "nested more than 64 deep: line 1 column 66 (char 65)");
    EXPECT_TRUE(parse("[" + nested(depth_max - 1) + ",1]").has_value()) << "the parser is as good as new";
}

TEST(Json, RefusesATextThatIsTooLong) {
    std::string fits(text_bytes_max, 'a');
    fits.front() = fits.back() = '"';
    EXPECT_TRUE(parse(fits).has_value());
    const auto value = parse(fits + ' ');
    ASSERT_FALSE(value.has_value());
    EXPECT_THAT(value.error().text(), HasSubstr("more than 262144 bytes"));
}

std::string any_utf8_text() {
    std::string text;
    for (const char32_t c : *rc::gen::container<std::u32string>(rc::gen::elementOf(std::vector<char32_t>{
             U'a', U'7', U'"', U'\\', U'\n', U'\0', U'-', U'é', U'€', U'😀', U'{', U','}))) {
        if (c < 0x80) {
            text += static_cast<char>(c);
        } else if (c < 0x800) {
            text += static_cast<char>(0xC0 | (c >> 6));
            text += static_cast<char>(0x80 | (c & 63));
        } else if (c < 0x10000) {
            text += static_cast<char>(0xE0 | (c >> 12));
            text += static_cast<char>(0x80 | ((c >> 6) & 63));
            text += static_cast<char>(0x80 | (c & 63));
        } else {
            text += static_cast<char>(0xF0 | (c >> 18));
            text += static_cast<char>(0x80 | ((c >> 12) & 63));
            text += static_cast<char>(0x80 | ((c >> 6) & 63));
            text += static_cast<char>(0x80 | (c & 63));
        }
    }
    return text;
}

Value any_value(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
        return Value();
    case 1:
        return Value(*rc::gen::arbitrary<bool>());
    case 2:
        return Value(Number{*rc::gen::elementOf(
            std::vector<std::string>{"0", "-0", "17", "-9223372036854775808", "0.10", "1e-7", "-2.50E+10"})});
    case 3:
        return Value(any_utf8_text());
    case 4: {
        Array items;
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
            items.push_back(any_value(depth - 1));
        return Value(std::move(items));
    }
    default: {
        Object members;
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
            members.push_back({any_utf8_text(), any_value(depth - 1)});
        return Value(std::move(members));
    }
    }
}

RC_GTEST_PROP(JsonProperty, WhatIsPrintedIsReadBack, ()) {
    const Value value = any_value(4);
    const auto again = parse(to_text(value));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == value);
}

// Two readers of one grammar: whatever text is made of JSON's own signs, both take it or both refuse it.
RC_GTEST_PROP(JsonProperty, TheDiagnosisAgreesWithTheParser, ()) {
    const auto pieces =
        *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
            "{",       "}",        "[",    "]",    ",",    ":", "\"", "\"a\"", "1",       "0",
            "-",       ".",        "e",    "true", "null", " ", "\n", "\\",    "\\u00e9", "\\ud83d\\ude00",
            "\\ud800", "\xC3\xA9", "\xFF", "\x01"}));
    std::string text;
    for (const auto& piece : pieces)
        text += piece;
    const auto value = parse(text);
    const bool too_large = !value && value.error().message == "a number is too large";
    RC_ASSERT(too_large || value.has_value() == !first_mistake(text).has_value());
}

RC_GTEST_PROP(JsonProperty, AnyCutOfAGoodObjectIsRefused, ()) {
    Object members;
    members.push_back({"k", any_value(3)});
    const std::string text = to_text(Value(std::move(members)));
    const auto cut = *rc::gen::inRange<std::size_t>(0, text.size());
    RC_ASSERT(!parse(std::string_view(text).substr(0, cut)).has_value());
}

} // namespace
} // namespace dialproof::json
