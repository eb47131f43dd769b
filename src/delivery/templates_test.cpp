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

std::string rendered(const core::Policy& policy, const std::string& locale = "en") {
    return render(policy, locale, core::Code("483920")).reveal();
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
        {"{code} {name}", "a template knows {code}, {app} and {minutes}, not {name}"},
        {"{Code}", "a template knows {code}, {app} and {minutes}, not {Code}"},
        {"{ code }", "a template knows {code}, {app} and {minutes}, not { code }"},
        {"{code} {", "a template knows {code}, {app} and {minutes}, not {"},
        {"{code} {app", "a template knows {code}, {app} and {minutes}, not {app"},
        {"{code} }", "a template knows {code}, {app} and {minutes}, not }"},
        {"{{code}}", "a template knows {code}, {app} and {minutes}, not {{code}"},
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

TEST(Render, DoesNotLookIntoWhatItFillsIn) {
    core::Policy policy = with({{"en", "{app} {code}"}});
    policy.app_name = "{code}{minutes}";
    EXPECT_EQ(rendered(policy), "{code}{minutes} 483920");
}

// Whatever template was accepted gives a text with the code and nothing left in braces.
RC_GTEST_PROP(Render, LeavesNoBraceOfAnAcceptedTemplate, ()) {
    const auto part = rc::gen::element<std::string>("{code}", "{app}", "{minutes}", "{", "}", "a", " ", "ü");
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
