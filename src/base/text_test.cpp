#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dialproof {
namespace {

TEST(Text, ChangesTheCaseOfAsciiLettersOnly) {
    EXPECT_EQ(to_lower("AZ az 09 @[`{ \xC3\x84"), "az az 09 @[`{ \xC3\x84");
    EXPECT_EQ(to_upper("AZ az 09 @[`{ \xC3\xA4"), "AZ AZ 09 @[`{ \xC3\xA4");
}

RC_GTEST_PROP(Text, LowerAndUpperCaseAreEqualIgnoringCase, (const std::string& text)) {
    RC_ASSERT(equals_ignoring_case(to_lower(text), to_upper(text)));
    RC_ASSERT(to_lower(to_upper(text)) == to_lower(text));
}

TEST(Text, EqualityIgnoringCaseStillSeesLengthAndLetters) {
    EXPECT_TRUE(equals_ignoring_case("Bearer", "bEARER"));
    EXPECT_FALSE(equals_ignoring_case("Bearer", "Bearer "));
    EXPECT_FALSE(equals_ignoring_case("[", "{"));
    EXPECT_TRUE(equals_ignoring_case("", ""));
}

TEST(Text, IsTrimmedAtBothEndsAndNotInside) {
    EXPECT_EQ(trimmed(" \t\r\n\v\f12 34 \n"), "12 34");
    EXPECT_EQ(trimmed("1234"), "1234");
    EXPECT_EQ(trimmed(" \n "), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Text, SplitKeepsEmptyParts) {
    using Parts = std::vector<std::string_view>;
    EXPECT_EQ(split("a,b,,c", ','), (Parts{"a", "b", "", "c"}));
    EXPECT_EQ(split(",", ','), (Parts{"", ""}));
    EXPECT_EQ(split("", ','), (Parts{""}));
}

RC_GTEST_PROP(Text, SplitPartsJoinToTheWhole, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab,")));
    std::string joined;
    for (const auto part : split(text, ',')) {
        RC_ASSERT(part.find(',') == std::string_view::npos);
        joined.append(part).append(1, ',');
    }
    RC_ASSERT(joined == text + ',');
}

TEST(Text, HexHasTwoLowerCaseDigitsForEachByte) {
    EXPECT_EQ(to_hex(std::string_view("\x00\x0f\xa0\xff", 4)), "000fa0ff");
    EXPECT_EQ(to_hex(""), "");
}

TEST(Text, HexDigitsHaveAValueAndNothingElseHas) {
    const std::string lower = "0123456789abcdef", upper = "0123456789ABCDEF";
    for (int c = 0; c < 256; ++c) {
        const char one = static_cast<char>(c);
        const auto place = std::min(lower.find(one), upper.find(one));
        EXPECT_EQ(hex_value(one), place == std::string::npos ? -1 : static_cast<int>(place)) << c;
    }
}

} // namespace
} // namespace dialproof
