#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof {
namespace {

// Straight from table 3-6 of the Unicode Standard.
std::string encoded(std::uint32_t point) {
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
    if (point < 0x80)
        return {byte(point)};
    if (point < 0x800)
        return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
    if (point < 0x10000)
        return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
    return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
            byte(0x80 | (point & 63))};
}

TEST(Utf8, EveryScalarValueIsOneSequenceAndNoSurrogateIs) {
    for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
        const std::string text = encoded(point);
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        ASSERT_EQ(utf8_sequence_length(text), surrogate ? 0U : text.size()) << std::hex << point;
    }
}

TEST(Utf8, EveryScalarValueIsWrittenAndTakenBack) {
    for (char32_t point = 0; point <= 0x10FFFF; ++point) {
        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        std::string text;
        append_utf8(text, point);
        ASSERT_EQ(text, encoded(point)) << std::hex << static_cast<std::uint32_t>(point);
        std::string_view rest = text;
        ASSERT_EQ(take_utf8(rest), point);
        ASSERT_TRUE(rest.empty());
    }
}

TEST(Utf8, AByteThatStartsNothingIsTakenAsTheReplacementCharacter) {
    std::string_view rest = "\xC3z";
    EXPECT_EQ(take_utf8(rest), U'\uFFFD');
    EXPECT_EQ(rest, "z");
}

TEST(Utf8, EverySequenceCutShortIsNone) {
    for (const std::uint32_t point : {0xE4U, 0x20ACU, 0x1F600U}) {
        const std::string text = encoded(point);
        for (std::size_t size = 0; size < text.size(); ++size)
            EXPECT_EQ(utf8_sequence_length(text.substr(0, size)), 0U);
    }
}

TEST(Utf8, OverlongFormsAndWhatLiesAboveUnicodeAreRefused) {
    for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                             "\xF5\x80\x80\x80", "\xFF", "\x80", "\xBF"})
        EXPECT_EQ(utf8_sequence_length(text), 0U);
}

RC_GTEST_PROP(Utf8, LengthCountsCodePoints, ()) {
    const auto points = *rc::gen::container<std::vector<std::uint32_t>>(
        rc::gen::oneOf(rc::gen::inRange(0U, 0xD800U), rc::gen::inRange(0xE000U, 0x110000U)));
    std::string text;
    for (const auto point : points)
        text += encoded(point);
    RC_ASSERT(utf8_length(text) == points.size());
    RC_ASSERT(!utf8_length(text + '\xFF'));
}

} // namespace
} // namespace dialproof
