#include "wire/gsm7.h"

#include "base/text.h"
#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::gsm7 {
namespace {

using namespace std::string_literals;

const std::vector<Shifts> all_shifts{
    {},
    {Language::turkish, Language::none},
    {Language::none, Language::turkish},
    {Language::turkish, Language::turkish},
    {Language::none, Language::spanish},
    {Language::portuguese, Language::none},
    {Language::none, Language::portuguese},
    {Language::portuguese, Language::portuguese},
};

std::string any_septets() {
    std::string septets = *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    return septets;
}

TEST(Gsm7, WhereTheAlphabetDiffersFromAsciiTheSpecificationIsFollowed) {
    EXPECT_EQ(encoded("@£$¥"), "\x00\x01\x02\x03"s);
    EXPECT_EQ(encoded("_Δ¡¿§àé"), "\x11\x10\x40\x60\x5F\x7F\x05"s);
    EXPECT_EQ(encoded("Code 12"), "Code 12");
}

TEST(Gsm7, SeptetNineIsTheCapitalCedilla) {
    EXPECT_EQ(encoded("Ç"), "\x09");
    EXPECT_EQ(decoded("\x09"), "Ç");
    EXPECT_EQ(encoded("ç"), std::nullopt);
}

TEST(Gsm7, TheExtensionTableTakesTwoSeptets) {
    EXPECT_EQ(encoded("€"), "\x1B\x65");
    EXPECT_EQ(encoded("[]{}\\^~|\f"), "\x1B<\x1B>\x1B(\x1B)\x1B/\x1B\x14\x1B=\x1B\x40\x1B\x0A");
}

TEST(Gsm7, WhatTheTablesLackIsNotEncoded) {
    for (const char* text : {"`", "\t", "\xC2\xA0", "ç", "“", "–", "…", "я", "😀", "\x1B", "\xFF"})
        EXPECT_EQ(encoded(text), std::nullopt) << text;
}

TEST(Gsm7, AHandsetReadsWhatItDoesNotKnowByTheAlphabet) {
    EXPECT_EQ(decoded("\x1B"
                      "A"),
              "A");
    EXPECT_EQ(decoded("\x1B\x1B"), " ");
    EXPECT_EQ(decoded("a\x1B"), "a ");
    EXPECT_EQ(decoded("a\x80"), "a\uFFFD");
}

TEST(Gsm7, EachNationalTableHasItsLetters) {
    EXPECT_EQ(encoded("İş", {Language::turkish, Language::none}), "\x40\x1D");
    EXPECT_EQ(encoded("ğ", {Language::none, Language::turkish}), "\x1B\x67");
    EXPECT_EQ(encoded("ú", {Language::none, Language::spanish}), "\x1B\x75");
    EXPECT_EQ(encoded("ã", {Language::none, Language::portuguese}), "\x1B\x7B");
    EXPECT_EQ(encoded("ãç~", {Language::portuguese, Language::none}), "\x7B\x09\x60");
}

TEST(Gsm7, EachCharacterOfEveryTableComesBack) {
    for (const Shifts shifts : all_shifts)
        for (char32_t point = 0; point <= 0xFFFF; ++point) {
            const auto septets = septets_of(point, shifts);
            if (!septets)
                continue;
            std::string character;
            append_utf8(character, point);
            ASSERT_EQ(decoded(*septets, shifts), character);
        }
}

RC_GTEST_PROP(Gsm7, WhatAHandsetShowsIsEncodedAsWhatItShows, ()) {
    const auto shifts = *rc::gen::elementOf(all_shifts);
    const std::string shown = decoded(any_septets(), shifts);
    const auto septets = encoded(shown, shifts);
    RC_ASSERT(septets);
    RC_ASSERT(decoded(*septets, shifts) == shown);
}

TEST(Gsm7, PackingIsThatOfTheSpecification) {
    EXPECT_EQ(to_hex(packed("hellohello")), "e8329bfd4697d9ec37");
    EXPECT_EQ(to_hex(packed("")), "");
    EXPECT_EQ(packed(std::string(8, 'A')).size(), 7U);
    // A header of six octets ends one bit before a septet does.
    EXPECT_EQ(fill_bits_after(6), 1U);
    EXPECT_EQ(to_hex(packed("A", fill_bits_after(6))), "82");
    EXPECT_EQ(fill_bits_after(7), 0U);
}

RC_GTEST_PROP(Gsm7, WhatIsPackedIsUnpacked, ()) {
    const std::string septets = any_septets();
    const auto fill = *rc::gen::inRange<std::size_t>(0, 7);
    const std::string octets = packed(septets, fill);
    RC_ASSERT(unpacked(octets, septets.size(), fill) == septets);
    // What was cut off is missing, and nothing else.
    for (std::size_t size = 0; size < octets.size(); ++size) {
        const auto left = unpacked(std::string_view(octets).substr(0, size), septets.size(), fill);
        RC_ASSERT(septets.starts_with(left));
    }
}

TEST(Gsm7, AHandsetIsToldOfTheShifts) {
    EXPECT_EQ(to_hex(information_elements({})), "");
    EXPECT_EQ(to_hex(information_elements({Language::none, Language::spanish})), "240102");
    EXPECT_EQ(to_hex(information_elements({Language::turkish, Language::turkish})), "240101250101");
}

} // namespace
} // namespace dialproof::gsm7
