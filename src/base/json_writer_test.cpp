#include "base/json_writer.h"

#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace dialproof {
namespace {

TEST(JsonWriter, WritesMembersInTheOrderGiven) {
    JsonWriter json;
    json.begin_object().member("to", "+41791234567").member("parts", 1).member("sent", true).end_object();
    EXPECT_EQ(json.text(), R"({"to":"+41791234567","parts":1,"sent":true})");
}

TEST(JsonWriter, SeparatesNestedValuesOnce) {
    JsonWriter json;
    json.begin_object().key("a").begin_array();
    json.begin_object().end_object().value(1).begin_array().end_array().null();
    json.end_array().key("b").begin_object().member("c", 2).end_object().end_object();
    EXPECT_EQ(json.text(), R"({"a":[{},1,[],null],"b":{"c":2}})");
}

TEST(JsonWriter, WritesTheWholeRangeOfIntegers) {
    JsonWriter json;
    json.begin_array().value(std::numeric_limits<std::int64_t>::min());
    json.value(std::numeric_limits<std::uint64_t>::max()).end_array();
    EXPECT_EQ(json.text(), "[-9223372036854775808,18446744073709551615]");
}

TEST(JsonWriter, NumbersThatJsonDoesNotHaveBecomeNull) {
    JsonWriter json;
    json.begin_array().value(0.25).value(std::nan("")).value(HUGE_VAL).end_array();
    EXPECT_EQ(json.text(), "[0.25,null,null]");
}

TEST(JsonWriter, EscapesWhatRfc8259Demands) {
    std::string out;
    append_json_string(out, std::string_view("\"\\\n\r\t\x01\x1f\x7f\0/", 10));
    EXPECT_EQ(out, R"("\"\\\n\r\t\u0001\u001f\u007f\u0000/")");
}

TEST(JsonWriter, EscapesAByteWhereverItStands) {
    for (int byte = 0; byte < 0x80; ++byte) {
        std::string alone;
        append_json_string(alone, std::string(1, static_cast<char>(byte)));
        const std::string escaped = alone.substr(1, alone.size() - 2);
        for (std::size_t before = 0; before < 20; ++before) {
            const std::string front(before, 'x'), back(19 - before, '~');
            std::string out;
            append_json_string(out, front + static_cast<char>(byte) + back);
            ASSERT_EQ(out, '"' + front + escaped + back + '"') << byte << " after " << before;
        }
    }
}

TEST(JsonWriter, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
    std::string out;
    append_json_string(out, "a\xFF\xC3\xA4\xC3");
    EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xC3\xA4\xEF\xBF\xBD\"");
}

RC_GTEST_PROP(JsonWriter, AnyBytesGiveOnePrintableUtf8String, (const std::string& bytes)) {
    std::string out;
    append_json_string(out, bytes);
    RC_ASSERT(utf8_length(out).has_value());
    RC_ASSERT(out.size() >= 2 && out.front() == '"' && out.back() == '"');
    bool escaped = false;
    for (const char c : std::string_view(out).substr(1, out.size() - 2)) {
        RC_ASSERT(static_cast<unsigned char>(c) >= 0x20);
        RC_ASSERT(escaped || c != '"');
        escaped = !escaped && c == '\\';
    }
    RC_ASSERT(!escaped);
}

} // namespace
} // namespace dialproof
