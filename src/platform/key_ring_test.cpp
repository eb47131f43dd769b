#include "platform/key_ring.h"

#include "base/text.h"
#include "core/code.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

namespace dialproof::platform {
namespace {

// 00 01 02 … 1f
const std::string known_key = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string second_key = "2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";

const KeyRing& ring() {
    static const KeyRing the_ring(parse_keys(known_key + ',' + second_key).value());
    return the_ring;
}

std::string hex_mac(const KeyRing& keys, std::uint32_t key, std::string_view purpose,
                    std::string_view message) {
    const auto mac = keys.mac(key, purpose, message);
    if (!mac)
        return "none";
    const auto& bytes = mac->reveal();
    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// The expected values come from another implementation:
//   printf 'hello' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf 'dialproof\0code' |
//     openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f | awk '{print $2}')
TEST(KeyRing, MakesTheKnownMac) {
    EXPECT_EQ(hex_mac(ring(), 1, "code", "hello"),
              "60c5ac9359cc4f7d503431103418eacd5513657b114744c52a3cc72a3b576078");
}

std::string code(unsigned generation, core::CodeShape shape, std::string_view id = "ver_0001") {
    const auto message = core::code_message(core::VerificationId(std::string(id)), generation);
    return core::code_from_mac(*ring().mac(1, "code", message), shape).reveal();
}

// By Python: int.from_bytes(hmac.digest(subkey, b"code\0ver_0001\0" + generation.to_bytes(4, "big"),
// "sha256"), "big") % 10**6, with the subkey of the test above.
TEST(KeyRing, DerivesTheKnownCodes) {
    using core::CodeAlphabet;
    EXPECT_EQ(code(1, {6, CodeAlphabet::digits}), "067409");
    EXPECT_EQ(code(2, {6, CodeAlphabet::digits}), "920630");
    EXPECT_EQ(code(1, {6, CodeAlphabet::digits}, "ver_0002"), "752691");
    EXPECT_EQ(code(1, {10, CodeAlphabet::digits}), "5340067409");
    EXPECT_EQ(code(1, {4, CodeAlphabet::digits}), "7409");
    EXPECT_EQ(code(1, {10, CodeAlphabet::digits_and_capitals}), "M6Y2293IOH");
}

// How far the counts are from an even spread, by Pearson's chi-square, for the symbol at each place.
std::vector<double> chi_squares(core::CodeShape shape, std::string_view symbols, unsigned samples) {
    std::vector<std::vector<unsigned>> counts(shape.length, std::vector<unsigned>(symbols.size()));
    for (unsigned i = 0; i < samples; ++i) {
        const std::string text = code(1 + i % 3, shape, "verification " + std::to_string(i));
        for (std::size_t place = 0; place < text.size(); ++place)
            ++counts[place][symbols.find(text[place])];
    }
    std::vector<double> results;
    const double expected = static_cast<double>(samples) / static_cast<double>(symbols.size());
    for (const auto& at_place : counts) {
        double sum = 0;
        for (const unsigned count : at_place)
            sum += (count - expected) * (count - expected) / expected;
        results.push_back(sum);
    }
    return results;
}

// The bounds are those that an even spread stays below in 999 of 1000 cases (9 and 35 degrees of freedom).
// Keys and ids are fixed, so the outcome is too.
TEST(KeyRing, SpreadsTheSymbolsOfCodesEvenly) {
    for (const double chi_square : chi_squares({6, core::CodeAlphabet::digits}, "0123456789", 30'000))
        EXPECT_LT(chi_square, 27.88);
    for (const double chi_square : chi_squares({10, core::CodeAlphabet::digits}, "0123456789", 30'000))
        EXPECT_LT(chi_square, 27.88);
    for (const double chi_square : chi_squares({8, core::CodeAlphabet::digits_and_capitals},
                                               "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 30'000))
        EXPECT_LT(chi_square, 66.62);
}

TEST(KeyRing, KeepsKeysAndPurposesApart) {
    const std::string mac = hex_mac(ring(), 1, "code", "hello");
    EXPECT_NE(hex_mac(ring(), 1, "token", "hello"), mac);
    EXPECT_NE(hex_mac(ring(), 1, "", "hello"), mac);
    EXPECT_NE(hex_mac(ring(), 2, "code", "hello"), mac);
    EXPECT_NE(hex_mac(ring(), 1, "code", "hellp"), mac);
    EXPECT_EQ(hex_mac(ring(), 3, "code", "hello"), "none");
    EXPECT_EQ(ring().newest(), 2U);
}

TEST(KeyRing, ServesMorePurposesThanItKeepsReady) {
    const KeyRing keys(parse_keys(known_key).value()), again(parse_keys(known_key).value());
    for (int i = 0; i < 100; ++i)
        hex_mac(keys, 1, "purpose " + std::to_string(i), "hello");
    EXPECT_EQ(hex_mac(keys, 1, "purpose 99", "hello"), hex_mac(again, 1, "purpose 99", "hello"));
}

TEST(KeyRing, OpensWhatItSealed) {
    const auto sealed = ring().seal(1, "verification 7", Secret<std::string>("482913"));
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(sealed->find("482913"), std::string::npos);
    EXPECT_EQ(ring().open(1, "verification 7", *sealed)->reveal(), "482913");
    EXPECT_NE(ring().seal(1, "verification 7", Secret<std::string>("482913")), sealed)
        << "a nonce of its own";
    const KeyRing restarted(parse_keys(known_key).value());
    EXPECT_EQ(restarted.open(1, "verification 7", *sealed)->reveal(), "482913");
}

// By Python's cryptography: AESGCM(hmac(key, b"dialproof seal")).encrypt(bytes(12), b"482913", b"context")
TEST(KeyRing, OpensTheKnownText) {
    const auto opened = ring().open(1, "context", "1.AAAAAAAAAAAAAAAACSQXK_abMReJKpg1Z-RUZj-nXkKKJw");
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->reveal(), "482913");
}

TEST(KeyRing, OpensNothingElse) {
    const std::string sealed = *ring().seal(1, "verification 7", Secret<std::string>("482913"));
    EXPECT_FALSE(ring().open(1, "verification 8", sealed).has_value()) << "another context";
    EXPECT_FALSE(ring().open(2, "verification 7", sealed).has_value()) << "another key";
    EXPECT_FALSE(ring().open(3, "verification 7", sealed).has_value()) << "no such key";
    EXPECT_FALSE(ring().open(1, "verification 7", "").has_value());
    EXPECT_FALSE(ring().open(1, "verification 7", "1.").has_value());
    EXPECT_FALSE(ring().open(1, "verification 7", "2." + sealed.substr(2)).has_value());
    EXPECT_FALSE(ring().open(1, "verification 7", sealed + "A").has_value());
    EXPECT_FALSE(ring().seal(3, "x", Secret<std::string>("y")).has_value());
    EXPECT_FALSE(
        ring().seal(1, "x", Secret<std::string>(std::string(sealed_text_bytes_max + 1, 'y'))).has_value());
}

RC_GTEST_PROP(KeyRingProperty, EveryChangedByteIsNoticed,
              (const std::string& text, const std::string& context)) {
    const std::string sealed = *ring().seal(2, context, Secret<std::string>(text));
    RC_ASSERT(ring().open(2, context, sealed)->reveal() == text);
    std::string changed = sealed;
    changed[*rc::gen::inRange<std::size_t>(0, sealed.size())] = *rc::gen::elementOf(std::string("Aa0-_."));
    RC_ASSERT(changed == sealed || !ring().open(2, context, changed).has_value());
    RC_ASSERT(!ring().open(2, context + "x", sealed).has_value());
}

// A key that is added takes over what is new; what the older one made stays good while it is in the set.
TEST(KeyRing, Rotates) {
    const KeyRing before(parse_keys(known_key).value()),
        after(parse_keys(known_key + ',' + second_key).value());
    const std::string sealed = *before.seal(before.newest(), "c", Secret<std::string>("482913"));
    const std::string mac = hex_mac(before, before.newest(), "code", "m");
    EXPECT_EQ(before.newest(), 1U);
    EXPECT_EQ(after.newest(), 2U);
    EXPECT_EQ(after.numbers(), (std::vector<std::uint32_t>{2, 1}));
    EXPECT_EQ(after.open(1, "c", sealed)->reveal(), "482913");
    EXPECT_EQ(hex_mac(after, 1, "code", "m"), mac);
    EXPECT_NE(hex_mac(after, after.newest(), "code", "m"), mac);
}

TEST(KeyRing, ServesManyThreads) {
    const KeyRing keys(parse_keys(known_key).value());
    std::array<int, 4> wrong{};
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < wrong.size(); ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 500; ++i) {
                    const std::string mac = hex_mac(keys, 1, "code", "hello");
                    wrong[t] +=
                        mac == "60c5ac9359cc4f7d503431103418eacd5513657b114744c52a3cc72a3b576078" ? 0 : 1;
                    const auto sealed = keys.seal(1, "c", Secret<std::string>(mac));
                    wrong[t] += keys.open(1, "c", *sealed)->reveal() == mac ? 0 : 1;
                }
            });
    }
    EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

} // namespace
} // namespace dialproof::platform
