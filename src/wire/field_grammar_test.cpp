#include "wire/field_grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FieldGrammar, SplitsListsOutsideOfQuotes) {
    EXPECT_THAT(list_elements(" a , ,b;c=\"1,2\\\"3,\" ,d", 10), ElementsAre("a", "b;c=\"1,2\\\"3,\"", "d"));
    EXPECT_THAT(list_elements("", 10), IsEmpty());
    EXPECT_THAT(list_elements(",, ,", 10), IsEmpty());
    EXPECT_THAT(list_elements("a,b,c", 2), ElementsAre("a", "b"));
    EXPECT_THAT(list_elements("a,\"b,c", 9), ElementsAre("a", "\"b,c"));
}

TEST(FieldGrammar, ReadsWeights) {
    EXPECT_EQ(parse_weight("1"), 1000);
    EXPECT_EQ(parse_weight("1.000"), 1000);
    EXPECT_EQ(parse_weight("0"), 0);
    EXPECT_EQ(parse_weight("0."), 0);
    EXPECT_EQ(parse_weight("0.7"), 700);
    EXPECT_EQ(parse_weight("0.05"), 50);
    EXPECT_EQ(parse_weight("0.001"), 1);
    for (const char* text : {"", "2", "1.001", "0.1234", "-1", ".5", "0,5", "1e0", "0.x", "00.5"})
        EXPECT_FALSE(parse_weight(text)) << text;
}

TEST(FieldGrammar, ReadsQuotedStrings) {
    EXPECT_EQ(FieldReader(R"("a \"b\" \c")").quoted_string(), "a \"b\" c");
    EXPECT_FALSE(FieldReader(R"("a)").quoted_string());
    EXPECT_FALSE(FieldReader(R"("a\)").quoted_string());
    EXPECT_FALSE(FieldReader("\"a\r\nb\"").quoted_string());
    EXPECT_FALSE(FieldReader("a").quoted_string());
    EXPECT_FALSE(is_token(""));
    EXPECT_FALSE(is_token(std::string_view("a\0", 2)));
}

RC_GTEST_PROP(FieldGrammarProperty, AQuotedTextIsReadBack, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \t\"\\,;=\xC3\xA9")));
    const std::string field = to_quoted_string(text) + " tail";
    FieldReader reader(field);
    RC_ASSERT((reader.quoted_string() == text));
    reader.skip_space();
    RC_ASSERT(reader.token() == "tail");
    RC_ASSERT(reader.ended());
}

} // namespace
} // namespace dialproof::http
