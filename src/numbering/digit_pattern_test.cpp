#include "numbering/digit_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace dialproof::numbering {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '(') + '1' + std::string(depth, ')'); }

TEST(DigitPattern, TakesWhatThePlansSay) {
    for (const char* text : {"", "1", R"(7(?:[1-4]\d\d|624)\d{6})", R"(\d{4,20})", "[02-57]", "1?", "(1|)2",
                             R"(([89]\d{5})$)", R"(0?(?:(11|2[2-6])15)?)", "(?:1{0}){3}"})
        EXPECT_TRUE(parse_digit_pattern(text)) << text;
}

TEST(DigitPattern, RefusesWhatItDoesNotKnow) {
    for (const char* text :
         {"(",       ")",       "1)",      "(1",    "[",  "[]",    "[1",      "[^1]",  "[9-0]", "[1-]",
          "[1-3-5]", "[a]",     "a",       " ",     "\\", R"(\w)", R"([\d])", "1*",    "1+",    "1??",
          "1?+",     "1{2}{3}", "?",       "{2}",   "1{", "1{2",   "1{}",     "1{,2}", "1{2,}", "1{3,2}",
          "(?=1)",   "(?!1)",   "(?<n>1)", "(?i)1", "^1", ".",     "1|*"})
        EXPECT_FALSE(parse_digit_pattern(text)) << text;
}

TEST(DigitPattern, RefusesWhatIsTooMuch) {
    EXPECT_TRUE(parse_digit_pattern(nested(pattern_depth_max)));
    EXPECT_FALSE(parse_digit_pattern(nested(pattern_depth_max + 1)));
    EXPECT_FALSE(parse_digit_pattern(nested(100'000)));
    EXPECT_TRUE(parse_digit_pattern("1{20}"));
    EXPECT_FALSE(parse_digit_pattern("1{21}"));
    EXPECT_FALSE(parse_digit_pattern("1{4294967297}"));
    EXPECT_TRUE(parse_digit_pattern(std::string(pattern_bytes_max, '1')));
    EXPECT_FALSE(parse_digit_pattern(std::string(pattern_bytes_max + 1, '1')));
}

} // namespace
} // namespace dialproof::numbering
