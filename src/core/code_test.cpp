#include "core/code.h"

#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dialproof::core {
namespace {

constexpr CodeShape digits(unsigned length) { return {length, CodeAlphabet::digits}; }
constexpr CodeShape capitals(unsigned length) { return {length, CodeAlphabet::digits_and_capitals}; }

MacBytes filled(unsigned char byte) {
    MacBytes bytes;
    bytes.fill(byte);
    return bytes;
}

// The MAC that reads as this number.
MacBytes reading(std::uint64_t number) {
    MacBytes bytes{};
    for (std::size_t i = 0; i < 8; ++i)
        bytes[31 - i] = static_cast<unsigned char>(number >> (8 * i));
    return bytes;
}

std::string code_of(const MacBytes& mac, CodeShape shape) {
    return code_from_mac(Secret<MacBytes>(mac), shape).reveal();
}

// The expected texts were computed with another language's big integers.
TEST(CodeFromMac, KnownAnswersOfTheLowestAndHighestMac) {
    EXPECT_EQ(code_of(filled(0x00), digits(4)), "0000");
    EXPECT_EQ(code_of(filled(0x00), capitals(10)), "0000000000");
    EXPECT_EQ(code_of(filled(0xFF), digits(4)), "9935");
    EXPECT_EQ(code_of(filled(0xFF), digits(6)), "639935");
    EXPECT_EQ(code_of(filled(0xFF), digits(10)), "3129639935");
    EXPECT_EQ(code_of(filled(0xFF), capitals(4)), "JTOF");
    EXPECT_EQ(code_of(filled(0xFF), capitals(6)), "37JTOF");
    EXPECT_EQ(code_of(filled(0xFF), capitals(10)), "N43D37JTOF");
}

TEST(CodeFromMac, KnownAnswersOfAMacThatUsesEveryByte) {
    MacBytes mac;
    for (std::size_t i = 0; i < mac.size(); ++i)
        mac[i] = static_cast<unsigned char>(i + 1);
    EXPECT_EQ(code_of(mac, digits(6)), "811808");
    EXPECT_EQ(code_of(mac, digits(10)), "4736811808");
    EXPECT_EQ(code_of(mac, capitals(10)), "2FVR8YEALC");
}

TEST(CodeFromMac, WrapsAfterTheLastCode) {
    for (const CodeShape shape : {digits(4), digits(10), capitals(4), capitals(10)}) {
        const std::uint64_t count = code_count(shape);
        const char last = shape.alphabet == CodeAlphabet::digits ? '9' : 'Z';
        EXPECT_EQ(code_of(reading(count - 1), shape), std::string(shape.length, last));
        EXPECT_EQ(code_of(reading(count), shape), std::string(shape.length, '0'));
        EXPECT_EQ(code_of(reading(count + 1), shape), std::string(shape.length - 1, '0') + "1");
    }
}

TEST(CodeCount, IsThePowerOfTheAlphabet) {
    EXPECT_EQ(code_count(digits(4)), 10'000U);
    EXPECT_EQ(code_count(digits(10)), 10'000'000'000U);
    EXPECT_EQ(code_count(capitals(4)), 1'679'616U);
    EXPECT_EQ(code_count(capitals(10)), 3'656'158'440'062'976U);
}

class CodeEvenness : public testing::TestWithParam<CodeShape> {};

// Pearson's statistic of the symbols at each place, over a fixed stream of MACs (splitmix64), so that the
// outcome never changes. The bounds are the 99.9 % quantiles for 9 and 35 degrees of freedom.
TEST_P(CodeEvenness, EverySymbolComesUpEvenlyAtEachPlace) {
    const CodeShape shape = GetParam();
    const std::string alphabet =
        std::string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ").substr(0, code_count(shape) % 36 == 0 ? 36 : 10);
    const double bound = alphabet.size() == 10 ? 27.88 : 66.62;
    constexpr unsigned codes = 60'000;

    std::uint64_t state = 20260105;
    const auto next = [&state] {
        std::uint64_t z = state += 0x9E3779B97F4A7C15U;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
        z = (z ^ z >> 27) * 0x94D049BB133111EBU;
        return z ^ z >> 31;
    };
    std::vector<std::vector<unsigned>> seen(shape.length, std::vector<unsigned>(alphabet.size()));
    for (unsigned i = 0; i < codes; ++i) {
        MacBytes mac;
        for (std::size_t at = 0; at < mac.size(); at += 8) {
            const std::uint64_t word = next();
            for (std::size_t byte = 0; byte < 8; ++byte)
                mac[at + byte] = static_cast<unsigned char>(word >> (8 * byte));
        }
        const std::string code = code_of(mac, shape);
        for (std::size_t place = 0; place < code.size(); ++place)
            ++seen[place][alphabet.find(code[place])];
    }
    const double expected = static_cast<double>(codes) / static_cast<double>(alphabet.size());
    for (std::size_t place = 0; place < seen.size(); ++place) {
        double statistic = 0;
        for (const unsigned count : seen[place])
            statistic += (count - expected) * (count - expected) / expected;
        EXPECT_LT(statistic, bound) << "at place " << place;
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, CodeEvenness,
                         testing::Values(digits(4), digits(6), digits(10), capitals(6)));

RC_GTEST_PROP(CodeFromMac, FollowsItsShape, (const MacBytes& mac)) {
    const CodeShape shape{*rc::gen::inRange(CodeShape::length_min, CodeShape::length_max + 1),
                          *rc::gen::element(CodeAlphabet::digits, CodeAlphabet::digits_and_capitals)};
    const std::string code = code_of(mac, shape);
    RC_ASSERT(code.size() == shape.length);
    for (const char c : code)
        RC_ASSERT(is_digit(c) ||
                  (shape.alphabet == CodeAlphabet::digits_and_capitals && c >= 'A' && c <= 'Z'));
    RC_ASSERT(normalized_guess(code) == code);
}

TEST(CodeMessage, HasLabelIdAndGenerationInFixedPlaces) {
    EXPECT_EQ(code_message(VerificationId("ab"), 0x01020304), std::string("code\0ab\0\x01\x02\x03\x04", 12));
}

RC_GTEST_PROP(CodeMessage, DiffersForAnyOtherVerificationOrGeneration, ()) {
    const auto id = rc::gen::container<std::string>(rc::gen::elementOf(std::string("0a\1")));
    const auto generation = rc::gen::arbitrary<unsigned>();
    const std::pair one(*id, *generation), other(*id, *generation);
    RC_ASSERT((code_message(VerificationId(one.first), one.second) ==
               code_message(VerificationId(other.first), other.second)) == (one == other));
}

TEST(NormalizedGuess, ForgivesSpaceAroundAndSmallLetters) {
    EXPECT_EQ(normalized_guess(" 123456\n"), "123456");
    EXPECT_EQ(normalized_guess("ab12cd"), "AB12CD");
    EXPECT_EQ(normalized_guess("123 456"), "123 456");
    EXPECT_EQ(normalized_guess(""), "");
}

} // namespace
} // namespace dialproof::core
