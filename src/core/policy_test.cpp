#include "core/policy.h"
#include "core/refusal.h"
#include "core/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace dialproof::core {
namespace {

NumberFacts facts(const std::string& region, NumberType type = NumberType::mobile) {
    return {*PhoneNumber::parse("+41791234567"), type, region};
}

TEST(CheckNumber, OnlyListedCountriesAreOpen) {
    Policy policy;
    policy.countries = {"CH", "001"};
    EXPECT_FALSE(check_number(facts("CH"), policy));
    EXPECT_FALSE(check_number(facts("001"), policy));
    EXPECT_EQ(check_number(facts("DE"), policy)->reason, Reason::number_not_allowed);
}

TEST(CheckNumber, AnEmptyListIsClosedToAll) {
    const Policy policy;
    EXPECT_TRUE(check_number(facts("CH"), policy));
    EXPECT_TRUE(check_number(facts(""), policy)) << "no region is no pass";
}

TEST(CheckNumber, TheStarOpensAllCountriesButNoRefusedType) {
    Policy policy;
    policy.countries = {"*"};
    EXPECT_FALSE(check_number(facts("KZ"), policy));
    EXPECT_FALSE(check_number(facts(""), policy));
    EXPECT_EQ(check_number(facts("KZ", NumberType::premium_rate), policy)->reason,
              Reason::number_not_allowed);
}

TEST(CheckNumber, CostlyTypesAreRefusedUnlessConfiguredOtherwise) {
    Policy policy;
    policy.countries = {"CH"};
    const std::set<NumberType> refused{NumberType::premium_rate, NumberType::shared_cost,
                                       NumberType::toll_free,    NumberType::pager,
                                       NumberType::uan,          NumberType::voicemail};
    for (int i = 0; i <= static_cast<int>(NumberType::unknown); ++i) {
        const auto type = static_cast<NumberType>(i);
        EXPECT_EQ(check_number(facts("CH", type), policy).has_value(), refused.contains(type))
            << to_text(type);
    }
    policy.types_refused.clear();
    EXPECT_FALSE(check_number(facts("CH", NumberType::premium_rate), policy));
}

TEST(Reason, EachHasAStableNameOfItsOwn) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Reason::not_permitted); ++i) {
        const auto name = to_text(static_cast<Reason>(i));
        EXPECT_TRUE(
            std::all_of(name.begin(), name.end(), [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); }));
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_TRUE(names.contains("code_wrong"));
    EXPECT_TRUE(names.contains("send_too_soon"));
}

TEST(RuleBook, WhoHoldsTheRulesSeesNoMixtureWhenTheyAreReplaced) {
    Rules rules;
    rules.services[ServiceName("default")].guesses = 3;
    RuleBook book(rules);
    const auto held = book.now();
    rules.services[ServiceName("default")].guesses = 9;
    book.replace(rules);
    EXPECT_EQ(held->service(ServiceName("default"))->guesses, 3U);
    EXPECT_EQ(book.now()->service(ServiceName("default"))->guesses, 9U);
    EXPECT_EQ(book.now()->service(ServiceName("other")), nullptr);
}

TEST(DialectTerms, TakeThePlaceOfWhatTheServiceHas) {
    Rules rules;
    for (const char* name : {"default", "acme"}) {
        Policy policy;
        policy.service = ServiceName(name);
        policy.guesses = 7;
        rules.services.emplace(policy.service, policy);
    }
    rules.dialects["short"] = DialectTerms{4, Seconds{300}, {}, Seconds{20}};
    RuleBook book(rules);
    const auto now = book.now();
    const Policy* shorter = now->policy(ServiceName("acme"), "short");
    ASSERT_TRUE(shorter);
    EXPECT_EQ(shorter->service, ServiceName("acme"));
    EXPECT_EQ(shorter->code, (CodeShape{4, CodeAlphabet::digits}));
    EXPECT_EQ(shorter->code_lifetime, Seconds{300});
    EXPECT_EQ(shorter->guesses, 7U);
    EXPECT_EQ(shorter->send_gap, Seconds{20});
    EXPECT_EQ(now->policy(ServiceName("acme"), "other"), now->service(ServiceName("acme")));
    EXPECT_FALSE(now->policy(ServiceName("nobody"), "short"));
}

} // namespace
} // namespace dialproof::core
