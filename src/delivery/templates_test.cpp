#include "delivery/templates.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::delivery {
namespace {

core::Policy with(std::map<std::string, std::string> templates) {
    core::Policy policy;
    policy.app_name = "Acme";
    policy.templates = std::move(templates);
    return policy;
}

std::string rendered(const core::Policy& policy, const std::string& locale = "en",
                     const core::Autofill& autofill = {}) {
    return render(policy, locale, core::Code("483920"), autofill).reveal();
}

TEST(TemplateFault, IsNoneWhereTheCodeStandsInIt) {
    for (const char* text :
         {"{code}", "{code}{app}{minutes}", "{code} and {code} again", "Ihr Code für {app}: {code}"})
        EXPECT_EQ(template_fault(text), std::nullopt) << text;
}

TEST(TemplateFault, NamesWhatIsWrong) {
    const std::vector<std::pair<std::string, std::string>> faults{
        {"", "a template needs {code}"},
        {"Hello {app}", "a template needs {code}"},
        {"{code} {name}", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not {name}"},
        {"{Code}", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not {Code}"},
        {"{ code }", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not { code }"},
        {"{code} {", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not {"},
        {"{code} {app", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not {app"},
        {"{code} }", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not }"},
        {"{{code}}", "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not {{code}"},
        {"@{domain} #{code}", "a template needs {code} on a line without {domain} and {app_hash}: without "
                              "these, that line is left out"},
        {"{code}\xFF", "a template is UTF-8 text"},
        {"{code}" + std::string(template_bytes_max, 'a'), "a template has at most 1000 bytes"},
    };
    for (const auto& [text, fault] : faults)
        EXPECT_EQ(template_fault(text), fault) << text;
}

TEST(TemplateFault, TheLongestTemplateIsTaken) {
    EXPECT_FALSE(template_fault("{code}" + std::string(template_bytes_max - 6, 'a')));
}

TEST(TemplateFor, TakesTheClosestLocaleAndFallsBackToEnglish) {
    const core::Policy policy = with({{"en", "English"}, {"de", "Deutsch"}, {"de-CH", "Schwiizertüütsch"}});
    EXPECT_EQ(template_for(policy, "de-CH"), "Schwiizertüütsch");
    EXPECT_EQ(template_for(policy, "de-AT"), "Deutsch");
    EXPECT_EQ(template_for(policy, "de-CH-1996"), "Schwiizertüütsch");
    EXPECT_EQ(template_for(policy, "de"), "Deutsch");
    EXPECT_EQ(template_for(policy, "fr-CH"), "English");
    EXPECT_EQ(template_for(policy, "en-GB"), "English");
    EXPECT_EQ(template_for(with({{"en", "English"}, {"zh", "中文"}}), "zh-Hant-TW"), "中文");
    EXPECT_EQ(template_for(policy, ""), "English");
}

TEST(TemplateFor, IgnoresTheCaseOfATag) {
    EXPECT_EQ(template_for(with({{"en", "English"}, {"pt-BR", "Brasil"}}), "PT-br"), "Brasil");
}

TEST(TemplateFor, TakesNoLocaleThatOnlyBeginsAlike) {
    EXPECT_EQ(template_for(with({{"en", "English"}, {"de", "Deutsch"}}), "den"), "English");
}

RC_GTEST_PROP(TemplateFor, FindsOneForAnyTag, (const std::string& tag)) {
    RC_ASSERT(!template_for(with({{"en", "English"}, {"de", "Deutsch"}}), tag).empty());
}

TEST(Render, FillsInCodeAppAndMinutes) {
    EXPECT_EQ(rendered(core::Policy{}), "483920 is your Dialproof code. It expires in 10 minutes.");
    EXPECT_EQ(rendered(with({{"en", "{app}:{code},{code}/{minutes}"}})), "Acme:483920,483920/10");
}

TEST(Render, PromisesNoMoreTimeThanThereIs) {
    core::Policy policy = with({{"en", "{minutes}"}});
    const std::vector<std::pair<int, std::string>> lives{
        {30, "1"}, {60, "1"}, {119, "1"}, {120, "2"}, {3600, "60"}};
    for (const auto& [seconds, minutes] : lives) {
        policy.code_lifetime = Seconds(seconds);
        EXPECT_EQ(rendered(policy), minutes) << seconds;
    }
}

TEST(Render, PutsTheAppHashBelowTheTextAndTheDomainLast) {
    const auto policy = with({{"en", "Code {code}"}});
    EXPECT_EQ(rendered(policy, "en", {"example.com", ""}), "Code 483920\n\n@example.com #483920");
    EXPECT_EQ(rendered(policy, "en", {"", "FA+9qCX9VSu"}), "Code 483920\nFA+9qCX9VSu");
    EXPECT_EQ(rendered(policy, "en", {"example.com", "FA+9qCX9VSu"}),
              "Code 483920\nFA+9qCX9VSu\n\n@example.com #483920");
}

TEST(Render, DoesNotSayAgainWhatTheTemplateSays) {
    const auto policy = with({{"en", "Code {code}\n{app_hash}\n@{domain} #{code}"}});
    EXPECT_EQ(rendered(policy, "en", {"example.com", "FA+9qCX9VSu"}),
              "Code 483920\nFA+9qCX9VSu\n@example.com #483920");
}

TEST(Render, LeavesOutALineWhoseDomainOrHashIsMissing) {
    const auto policy = with({{"en", "Code {code}\n{app_hash}\n@{domain} #{code}"}});
    EXPECT_EQ(rendered(policy), "Code 483920");
    EXPECT_EQ(rendered(policy, "en", {"", "FA+9qCX9VSu"}), "Code 483920\nFA+9qCX9VSu");
    EXPECT_EQ(rendered(with({{"en", "{app_hash}\n{code}"}})), "483920");
}

TEST(Render, DoesNotLookIntoWhatItFillsIn) {
    core::Policy policy = with({{"en", "{app} {code}"}});
    policy.app_name = "{code}{minutes}";
    EXPECT_EQ(rendered(policy), "{code}{minutes} 483920");
}

// Whatever template was accepted gives a text with the code and nothing left in braces.
RC_GTEST_PROP(Render, LeavesNoBraceOfAnAcceptedTemplate, ()) {
    const auto part = rc::gen::element<std::string>("{code}", "{app}", "{minutes}", "{domain}", "{app_hash}",
                                                    "\n", "{", "}", "a", " ", "ü");
    std::string text;
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(part))
        text += piece;
    if (template_fault(text))
        return;
    const std::string message = rendered(with({{"en", text}}));
    RC_ASSERT(message.find("483920") != std::string::npos);
    RC_ASSERT(message.find_first_of("{}") == std::string::npos);
}

} // namespace
} // namespace dialproof::delivery
