#include "wire/sms_text.h"

#include "base/text.h"
#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::sms {
namespace {

using namespace std::string_literals;

std::string times(std::size_t count, std::string_view text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

std::size_t parts(const std::string& text, const TextOptions& options = {}) {
    return plan(text, options).parts.size();
}

std::string decoded_utf16(std::string_view octets) {
    std::string text;
    for (std::size_t at = 0; at + 1 < octets.size(); at += 2) {
        const auto unit = [&](std::size_t i) {
            return static_cast<char32_t>(static_cast<unsigned char>(octets[i]) << 8 |
                                         static_cast<unsigned char>(octets[i + 1]));
        };
        char32_t point = unit(at);
        if (point >= 0xD800 && point < 0xDC00 && at + 3 < octets.size()) {
            at += 2;
            point = 0x10000 + ((point & 0x3FF) << 10 | (unit(at) & 0x3FF));
        }
        append_utf8(text, point);
    }
    return text;
}

// What a handset shows of one part.
std::string shown(const SmsPlan& plan, const std::string& octets) {
    switch (plan.encoding) {
    case Encoding::gsm7:
        return gsm7::decoded(octets, plan.shifts);
    case Encoding::ucs2:
        return decoded_utf16(octets);
    default:
        return octets;
    }
}

std::string shown(const SmsPlan& plan) {
    std::string text;
    for (const auto& part : plan.parts)
        text += shown(plan, part.reveal());
    return text;
}

TEST(SmsText, FitsAsManyPartsAsEveryCalculatorSays) {
    const std::vector<std::pair<std::string, std::size_t>> texts{
        {"", 1},
        {times(160, "A"), 1},
        {times(161, "A"), 2},
        {times(306, "A"), 2},
        {times(307, "A"), 3},
        {times(80, "€"), 1},
        {times(81, "€"), 2},
        {times(70, "я"), 1},
        {times(71, "я"), 2},
        {times(134, "я"), 2},
        {times(135, "я"), 3},
        {times(35, "🔑"), 1},
        {times(36, "🔑"), 2},
        {times(152, "A") + "€" + times(152, "B"), 3},
        {times(66, "я") + "🔑" + times(66, "я"), 3},
    };
    for (const auto& [text, expected] : texts)
        EXPECT_EQ(parts(text), expected) << text;
}

TEST(SmsText, CountsSeptetsOrUtf16Units) {
    EXPECT_EQ(plan("Code €1").units, 8U);
    EXPECT_EQ(plan("Код 🔑").units, 6U);
    EXPECT_EQ(plan("Код 🔑").encoding, Encoding::ucs2);
}

TEST(SmsText, NamesTheFirstCharacterThatCostsUcs2) {
    EXPECT_EQ(plan("Your code").forced_by, std::nullopt);
    EXPECT_EQ(plan("Ä “code”").forced_by, (Character{U'“', 3}));
    EXPECT_EQ(plan("ça").forced_by, (Character{U'ç', 1}));
    EXPECT_EQ(plan("🔑\xFF").forced_by, (Character{U'🔑', 1}));
}

TEST(SmsText, SpeaksTheAlphabetThatTheSmscReallyHas) {
    const std::string text = "@_$[é";
    EXPECT_EQ(plan(text).parts[0].reveal(), "\x00\x11\x02\x1B\x3C\x05"s);
    EXPECT_EQ(plan(text, {.alphabet = DefaultAlphabet::latin1}).parts[0].reveal(), "@_$[\xE9");
    EXPECT_EQ(plan(text, {.alphabet = DefaultAlphabet::utf8}).parts[0].reveal(), text);
    const auto ascii = plan("@_$[", {.alphabet = DefaultAlphabet::ascii});
    EXPECT_EQ(ascii.parts[0].reveal(), "@_$[");
    EXPECT_EQ(ascii.units, 5U);
    EXPECT_EQ(plan(text, {.alphabet = DefaultAlphabet::ascii}).encoding, Encoding::ucs2);
}

TEST(SmsText, OctetsAre140InOneMessageAnd134InAPart) {
    const TextOptions latin1{.alphabet = DefaultAlphabet::latin1};
    EXPECT_EQ(parts(times(140, "é"), latin1), 1U);
    EXPECT_EQ(parts(times(141, "é"), latin1), 2U);
    EXPECT_EQ(parts(times(268, "é"), latin1), 2U);
    EXPECT_EQ(parts(times(269, "é"), latin1), 3U);
}

TEST(SmsText, ALinkThatCutsByItselfGetsOnePart) {
    EXPECT_EQ(parts(times(1000, "я"), {.octets_max = 65535}), 1U);
}

TEST(SmsText, ATextOfTooManyPartsHasNone) {
    EXPECT_EQ(parts(times(307, "A"), {.parts_max = 3}), 3U);
    EXPECT_EQ(parts(times(307, "A"), {.parts_max = 2}), 0U);
    EXPECT_EQ(parts(times(153 * parts_max, "A")), parts_max);
    EXPECT_EQ(parts(times(153 * parts_max + 1, "A")), 0U);
}

TEST(SmsText, PartsAreNumberedInTheirHeader) {
    const auto shorter = plan(times(161, "A"));
    EXPECT_EQ(to_hex(shorter.header(0x1234, 0)), "050003340201");
    EXPECT_EQ(to_hex(shorter.header(0x1234, 1)), "050003340202");
    const auto longer = plan(times(161, "A"), {.reference = Reference::long_form});
    EXPECT_EQ(to_hex(longer.header(0x1234, 1)), "06080412340202");
    EXPECT_EQ(longer.parts[0].reveal().size(), 152U);
    EXPECT_EQ(plan("A").header(1, 0), "");
}

TEST(SmsText, NationalTablesAreUsedWhereTheyAreAllowedAndNeeded) {
    const TextOptions turkish{.shifts = {gsm7::Language::turkish, gsm7::Language::turkish}};
    EXPECT_EQ(plan("şifre").encoding, Encoding::ucs2);
    EXPECT_EQ(plan("kod", turkish).header(1, 0), "");
    const auto one = plan("şifre", turkish);
    EXPECT_EQ(one.encoding, Encoding::gsm7);
    EXPECT_EQ(one.forced_by, std::nullopt);
    EXPECT_EQ(to_hex(one.header(1, 0)), "06240101250101");
    EXPECT_EQ(plan("şя", turkish).forced_by, (Character{U'ş', 1}));
    // TS 23.040: an element of three octets leaves 155 septets, and 149 beside the parts' numbers.
    const TextOptions locking{.shifts = {gsm7::Language::turkish, gsm7::Language::none}};
    EXPECT_EQ(parts(times(155, "ş"), locking), 1U);
    EXPECT_EQ(parts(times(156, "ş"), locking), 2U);
    EXPECT_EQ(plan(times(156, "ş"), locking).parts[0].reveal().size(), 149U);
}

TEST(SmsText, PackedSeptetsBeginAtTheirBoundaryAfterTheHeader) {
    const TextOptions packed{.packed = true};
    EXPECT_EQ(to_hex(plan("hellohello", packed).parts[0].reveal()), "e8329bfd4697d9ec37");
    const auto two = plan(times(161, "A"), packed);
    ASSERT_EQ(two.parts.size(), 2U);
    EXPECT_EQ(two.header(1, 0).size() + two.parts[0].reveal().size(), payload_octets);
    EXPECT_EQ(gsm7::unpacked(two.parts[0].reveal(), 153, gsm7::fill_bits_after(6)), times(153, "A"));
}

// Of all that a text may be made of: one septet, an escape pair, one UTF-16 unit and two.
std::string any_text() {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::elementOf(std::vector<std::string>{"a", "@", "€", "[", "ç", "я", "🔑"}));
    std::string text;
    for (const auto& piece : pieces)
        text += times(*rc::gen::inRange<std::size_t>(1, 40), piece);
    return text;
}

RC_GTEST_PROP(SmsText, ThePartsShowTheTextAndNoneIsTooLong, ()) {
    const std::string text = any_text();
    const TextOptions options{.shifts = *rc::gen::elementOf(std::vector<gsm7::Shifts>{
                                  {}, {gsm7::Language::turkish, gsm7::Language::none}}),
                              .packed = false,
                              .reference = *rc::gen::element(Reference::short_form, Reference::long_form)};
    const auto whole = plan(text, options);
    RC_ASSERT(shown(whole) == text);
    for (std::size_t i = 0; i < whole.parts.size(); ++i) {
        const auto& part = whole.parts[i].reveal();
        const auto octets = whole.encoding == Encoding::gsm7 ? gsm7::packed(part).size() : part.size();
        RC_ASSERT(octets + whole.header(1, i).size() <= payload_octets);
        // Each can be read without the others: no character was cut.
        const auto alone = plan(shown(whole, part), options);
        RC_ASSERT(shown(alone) == shown(whole, part));
    }
}

} // namespace
} // namespace dialproof::sms
