#include "delivery/template_lint.h"

#include "delivery/templates.h"

#include <gtest/gtest.h>

namespace dialproof::delivery {
namespace {

core::Policy with(std::string text) {
    core::Policy policy;
    policy.app_name = "Acme";
    policy.templates = {{"en", std::move(text)}};
    return policy;
}

std::string after_letters(std::size_t count) {
    std::string text = "{code}";
    text.insert(0, count, 'a');
    return text;
}

TemplateReport report_of(const core::Policy& policy) { return lint_templates(policy).at(0); }

TEST(DefaultTemplates, AreOneShortMessageEachInFifteenLanguages) {
    core::Policy policy;
    policy.app_name = "Dialproof123";
    policy.web_domains = {"verify.example.co.uk"};
    policy.android_app_hashes = {"FA+9qCX9VSu"};
    ASSERT_EQ(policy.app_name.size(), 12U);
    ASSERT_EQ(policy.web_domains[0].size(), 20U);
    const auto reports = lint_templates(policy);
    EXPECT_EQ(reports.size(), 15U);
    for (const auto& report : reports) {
        EXPECT_EQ(report.parts, 1U) << report.locale << ' ' << report.units;
        EXPECT_EQ(report.ios, "domain line") << report.locale;
        EXPECT_EQ(report.android, "app hash") << report.locale;
    }
}

TEST(DefaultTemplates, HaveTheWordForCodeNearTheDigits) {
    for (const auto& report : lint_templates(core::Policy{}))
        EXPECT_EQ(report.ios, "by its words") << report.locale;
}

TEST(DefaultTemplates, CanBeUsed) {
    for (const auto& [locale, text] : core::default_templates())
        EXPECT_EQ(template_fault(text), std::nullopt) << locale;
}

// A right-to-left text has its code before anything that could draw it to another side.
TEST(DefaultTemplates, FromRightToLeftBeginWithTheCode) {
    EXPECT_TRUE(core::default_templates().at("ar").starts_with("{code} "));
}

TEST(TemplateLint, CountsTheLongestText) {
    auto policy = with("Code {code}");
    EXPECT_EQ(report_of(policy).units, 11U);
    policy.web_domains = {"a.example", "longer.example"};
    EXPECT_EQ(report_of(policy).units, 11U + 2 + 23);
    policy = with(after_letters(150));
    EXPECT_EQ(report_of(policy).parts, 1U);
    policy.code.length = 10;
    EXPECT_EQ(report_of(policy).units, 160U);
    policy.android_app_hashes = {"FA+9qCX9VSu"};
    EXPECT_EQ(report_of(policy).parts, 2U);
}

TEST(TemplateLint, NamesTheCharacterThatCostsUcs2) {
    EXPECT_EQ(forced_by_text(report_of(with("{code}"))), "");
    EXPECT_EQ(forced_by_text(report_of(with("Ihr код {code}"))), "U+043A at 5");
    EXPECT_EQ(forced_by_text(report_of(with("🔑 {code}"))), "U+1F511 at 1");
    auto named = with("{app} {code}");
    named.app_name = "Café Ç’";
    EXPECT_EQ(forced_by_text(report_of(named)), "U+2019 in the app name (use ')");
}

TEST(TemplateLint, NamesThePlainCharacterInPlaceOfATypographicOne) {
    EXPECT_EQ(forced_by_text(report_of(with("It’s {code}…"))), "U+2019 at 3 (use '), U+2026 at 12 (use ...)");
}

TEST(TemplateLint, ADashCostsNothingWhereTheTextIsCyrillic) {
    EXPECT_EQ(forced_by_text(report_of(with("{code} — код"))), "U+043A at 10");
}

TEST(TemplateLint, SaysWhetherIosWillFindTheCode) {
    EXPECT_EQ(report_of(with("Your code is {code}")).ios, "by its words");
    EXPECT_EQ(report_of(with("Hello {code}")).ios, "unsure: no word for code is near");
    EXPECT_EQ(report_of(with("Code {code}, call 5550100")).ios, "unsure: several groups of digits");
    auto policy = with("Code {code}\n@{domain} #{code}\nBye");
    policy.web_domains = {"example.com"};
    EXPECT_EQ(report_of(policy).ios, "no: the domain line is not the last");
}

TEST(TemplateLint, SaysWhetherAndroidWillFindTheCode) {
    EXPECT_EQ(report_of(with("Code {code}")).android, "-");
    auto policy = with("{app_hash}\nCode {code}");
    policy.android_app_hashes = {"FA+9qCX9VSu"};
    EXPECT_EQ(report_of(policy).android, "no: the app hash is not the last line");
    policy.templates["en"] = after_letters(150);
    EXPECT_EQ(report_of(policy).android, "no: longer than 140 octets");
}

TEST(TemplateLint, ATextOfMorePartsThanTheServiceAllowsDoesNotFit) {
    auto policy = with(after_letters(160));
    EXPECT_TRUE(report_of(policy).fits(policy));
    policy.parts_max = 1;
    EXPECT_FALSE(report_of(policy).fits(policy));
    EXPECT_EQ(parts_text(report_of(policy)), "2 short messages");
    policy.app_name = std::string(50'000, 'a');
    policy.templates["en"] = "{code} {app}";
    EXPECT_FALSE(report_of(policy).fits(policy));
    EXPECT_EQ(parts_text(report_of(policy)), "more than 255 short messages");
}

} // namespace
} // namespace dialproof::delivery
