#include "flows/proof_token.h"

#include "base/base64.h"
#include "base/text.h"
#include "flows/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace dialproof::flows {
namespace {

// Mixes key, purpose and message by FNV-1a: enough to tell whether a token was altered.
class FewKeys final : public ports::Keys {
public:
    explicit FewKeys(std::uint32_t newest, std::uint32_t oldest = 1) : newest_(newest), oldest_(oldest) {}

    std::uint32_t newest() const override { return newest_; }
    std::vector<std::uint32_t> numbers() const override { return {newest_}; }
    std::optional<Secret<core::MacBytes>> mac(std::uint32_t key, std::string_view purpose,
                                              std::string_view message) const override {
        if (key < oldest_ || key > newest_)
            return {};
        std::string mixed = std::to_string(key);
        mixed.append(1, '|').append(purpose).append(1, '|').append(message);
        core::MacBytes bytes{};
        std::uint64_t state = 14695981039346656037U;
        for (auto& byte : bytes) {
            for (const char c : mixed)
                state = (state ^ static_cast<unsigned char>(c)) * 1099511628211U;
            byte = static_cast<unsigned char>(state >> 56);
        }
        return Secret<core::MacBytes>(bytes);
    }
    std::optional<std::string> seal(std::uint32_t, std::string_view,
                                    const Secret<std::string>&) const override {
        return {};
    }
    std::optional<Secret<std::string>> open(std::uint32_t, std::string_view,
                                            std::string_view) const override {
        return {};
    }

private:
    std::uint32_t newest_, oldest_;
};

const core::PhoneNumber number = *core::PhoneNumber::parse("+13478379634");
const core::VerificationId id("0123456789abcdef0123456789abcdef");

TEST(ProofToken, HasTheThreePartsOfAJwt) {
    const FewKeys keys(7);
    const std::string token = ProofToken(keys).issue(number, id);
    const auto parts = split(token, '.');
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(base64url_decoded(parts[0]), R"({"alg":"HS256","kid":"7","typ":"JWT"})");
    EXPECT_EQ(base64url_decoded(parts[1]),
              R"({"phone_number":"+13478379634","nonce":"0123456789abcdef0123456789abcdef"})");
    EXPECT_LE(token.size(), ProofToken::bytes_max);
}

TEST(ProofToken, IsReadAsItWasIssued) {
    const FewKeys keys(7);
    const auto content = ProofToken(keys).read(ProofToken(keys).issue(number, id));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->number, number);
    EXPECT_EQ(content->id, id);
}

TEST(ProofToken, OutlivesTheNextKeyButNotTheRemovalOfItsOwn) {
    const std::string token = ProofToken(FewKeys(1)).issue(number, id);
    EXPECT_TRUE(ProofToken(FewKeys(2, 1)).read(token));
    EXPECT_FALSE(ProofToken(FewKeys(3, 2)).read(token));
}

RC_GTEST_PROP(ProofToken, IsNotReadOnceAnyOfItsCharactersChanged, ()) {
    const FewKeys keys(1);
    std::string token = ProofToken(keys).issue(number, id);
    const auto at = *rc::gen::inRange<std::size_t>(0, token.size());
    const char other = *rc::gen::distinctFrom(rc::gen::arbitrary<char>(), token[at]);
    token[at] = other;
    RC_ASSERT(!ProofToken(keys).read(token));
}

TEST(ProofToken, TextThatIsNoTokenIsNotRead) {
    const FewKeys keys(1);
    const ProofToken tokens(keys);
    const std::string token = tokens.issue(number, id);
    for (const std::string& text :
         {std::string{}, std::string("."), std::string(".."), std::string("a.b.c"), token + ".", token + "=",
          token.substr(0, token.size() - 1), token.substr(0, token.rfind('.') + 1), "x" + token,
          token + std::string(ProofToken::bytes_max, 'A')})
        EXPECT_FALSE(tokens.read(text)) << text;
}

TEST(ProofToken, AnotherAlgorithmIsNotRead) {
    const FewKeys keys(1);
    const std::string token = ProofToken(keys).issue(number, id);
    const std::string claims(split(token, '.')[1]);
    for (const char* header : {R"({"alg":"none","typ":"JWT"})", R"({"alg":"none","kid":"1","typ":"JWT"})",
                               R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"HS256","kid":"-1","typ":"JWT"})",
                               R"({"alg":"HS256","kid":"4294967297","typ":"JWT"})"}) {
        EXPECT_FALSE(ProofToken(keys).read(to_base64url(header) + "." + claims + "."));
        EXPECT_FALSE(ProofToken(keys).read(to_base64url(header) + "." + claims + "." + std::string(43, 'A')));
    }
}

class FixedRandom final : public ports::Random {
public:
    explicit FixedRandom(unsigned char byte) : next_(byte) {}
    void fill(std::span<unsigned char> bytes) override {
        for (auto& byte : bytes)
            byte = next_;
        next_ = static_cast<unsigned char>(next_ + 1);
    }

private:
    unsigned char next_;
};

TEST(DecimalId, HasEighteenDigitsAndNoLeadingZero) {
    std::set<std::string> seen;
    for (unsigned byte = 0; byte < 256; ++byte) {
        FixedRandom random(static_cast<unsigned char>(byte));
        const std::string made = new_decimal_id(random);
        EXPECT_EQ(made.size(), 18U);
        EXPECT_NE(made[0], '0');
        EXPECT_TRUE(std::all_of(made.begin(), made.end(), is_digit));
        seen.insert(made);
    }
    EXPECT_GE(seen.size(), 240U); // the highest draws are thrown away
}

} // namespace
} // namespace dialproof::flows
