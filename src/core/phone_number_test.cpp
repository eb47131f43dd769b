#include "core/phone_number.h"

#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <regex>

namespace dialproof::core {
namespace {

// '+' and digits, of all lengths around the allowed ones.
std::string some_number() {
    const auto digits = *rc::gen::inRange<std::size_t>(PhoneNumber::digits_min, PhoneNumber::digits_max + 1);
    std::string text = "+" + std::to_string(*rc::gen::inRange(1, 10));
    while (text.size() <= digits)
        text += std::to_string(*rc::gen::inRange(0, 10));
    return text;
}

TEST(PhoneNumber, TakesTheShortestAndTheLongest) {
    EXPECT_TRUE(PhoneNumber::parse("+1234"));
    EXPECT_TRUE(PhoneNumber::parse("+123456789012345"));
    EXPECT_FALSE(PhoneNumber::parse("+123"));
    EXPECT_FALSE(PhoneNumber::parse("+1234567890123456"));
}

TEST(PhoneNumber, TakesNothingThatPeopleWrite) {
    for (const char* text : {"", "+", "41791234567", "0041791234567", "+41 79 123 45 67", "+41-791234567",
                             "+0791234567", "+4179123456a", "++41791234567", " +41791234567", "+41791234567 ",
                             "+\xEF\xBC\x94\xEF\xBC\x91\xEF\xBC\x97"})
        EXPECT_FALSE(PhoneNumber::parse(text)) << text;
    EXPECT_FALSE(PhoneNumber::parse(std::string_view("+4179\0", 6)));
}

RC_GTEST_PROP(PhoneNumber, IsReadExactlyWhereTheGrammarHolds, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("+0123456789 a")));
    static const std::regex grammar(R"(\+[1-9][0-9]{3,14})");
    RC_ASSERT(PhoneNumber::parse(text).has_value() == std::regex_match(text, grammar));
}

RC_GTEST_PROP(PhoneNumber, KeepsItsText, ()) {
    const std::string text = some_number();
    const auto number = PhoneNumber::parse(text);
    RC_ASSERT(number->e164() == text);
    RC_ASSERT("+" + std::string(number->digits()) == text);
}

TEST(MaskedNumber, ShowsTheCountryAndTheEnd) {
    EXPECT_EQ(PhoneNumber::parse("+41791234567")->masked(), "+41*******67");
    EXPECT_EQ(PhoneNumber::parse("+12025550123")->masked(), "+12*******23");
}

RC_GTEST_PROP(MaskedNumber, NeverShowsMoreThanHalfOfTheDigits, ()) {
    const std::string text = some_number();
    const std::string masked = PhoneNumber::parse(text)->masked();
    RC_ASSERT(masked.size() == text.size());
    const auto hidden = static_cast<std::size_t>(std::count(masked.begin(), masked.end(), '*'));
    RC_ASSERT(2 * hidden >= text.size() - 1);
    for (std::size_t i = 0; i < text.size(); ++i)
        RC_ASSERT(masked[i] == text[i] || masked[i] == '*');
}

TEST(NumberType, EachHasANameThatIsReadBack) {
    for (int i = 0; i <= static_cast<int>(NumberType::unknown); ++i) {
        const auto type = static_cast<NumberType>(i);
        EXPECT_EQ(parse_number_type(to_text(type)), type);
    }
    EXPECT_FALSE(parse_number_type("cell"));
}

} // namespace
} // namespace dialproof::core
