#include "core/autofill.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::core {
namespace {

constexpr const char* first_app = "FA+9qCX9VSu";
constexpr const char* second_app = "0123456789/";

Policy service(std::vector<std::string> domains, std::vector<std::string> apps) {
    Policy policy;
    policy.web_domains = std::move(domains);
    policy.android_app_hashes = std::move(apps);
    return policy;
}

Policy both() { return service({"example.com", "app.example.com"}, {first_app, second_app}); }

TEST(ChooseAutofill, GoesByTheKindOfTheClient) {
    EXPECT_EQ(choose_autofill(both(), {ClientKind::web, "", ""}), (Autofill{"example.com", ""}));
    EXPECT_EQ(choose_autofill(both(), {ClientKind::ios, "", ""}), (Autofill{"example.com", ""}));
    EXPECT_EQ(choose_autofill(both(), {ClientKind::android, "", ""}), (Autofill{"", first_app}));
}

TEST(ChooseAutofill, TakesTheOneThatWasAskedFor) {
    EXPECT_EQ(choose_autofill(both(), {ClientKind::web, "app.example.com", ""}).domain, "app.example.com");
    EXPECT_EQ(choose_autofill(both(), {ClientKind::android, "", second_app}).app_hash, second_app);
}

TEST(ChooseAutofill, ASubdomainIsAnotherDomain) {
    EXPECT_EQ(choose_autofill(both(), {ClientKind::web, "evil.example.com", ""}).domain, "example.com");
}

TEST(ChooseAutofill, ForAnUnknownClientTakesTheDomainOrTheOnlyApp) {
    const ClientHint nothing;
    EXPECT_EQ(choose_autofill(both(), nothing), (Autofill{"example.com", ""}));
    EXPECT_EQ(choose_autofill(service({}, {first_app}), nothing), (Autofill{"", first_app}));
    EXPECT_EQ(choose_autofill(service({}, {first_app, second_app}), nothing), Autofill{});
    EXPECT_EQ(choose_autofill(service({}, {}), nothing), Autofill{});
}

TEST(ChooseAutofill, HasNothingForAClientThatTheServiceHasNothingFor) {
    EXPECT_EQ(choose_autofill(service({"example.com"}, {}), {ClientKind::android, "", first_app}),
              Autofill{});
    EXPECT_EQ(choose_autofill(service({}, {first_app}), {ClientKind::web, "example.com", ""}), Autofill{});
}

RC_GTEST_PROP(ChooseAutofill, NamesNothingThatTheServiceDoesNot, ()) {
    const auto subset = [](std::vector<std::string> all) {
        all.resize(*rc::gen::inRange<std::size_t>(0, all.size() + 1));
        return all;
    };
    const Policy policy = service(subset({"example.com", "a.example"}), subset({first_app, second_app}));
    const ClientHint hint{
        *rc::gen::element(ClientKind::unknown, ClientKind::web, ClientKind::android, ClientKind::ios),
        *rc::gen::element<std::string>("", "a.example", "evil.example", "example.com.evil.example"),
        *rc::gen::element<std::string>("", second_app, "AAAAAAAAAAA")};
    const auto autofill = choose_autofill(policy, hint);
    const auto has = [](const std::vector<std::string>& all, const std::string& one) {
        return one.empty() || std::find(all.begin(), all.end(), one) != all.end();
    };
    RC_ASSERT(has(policy.web_domains, autofill.domain));
    RC_ASSERT(has(policy.android_app_hashes, autofill.app_hash));
    RC_ASSERT(autofill.domain.empty() || autofill.app_hash.empty());
}

TEST(ClientHint, IsWhatTheFieldsOfARequestSay) {
    EXPECT_EQ(client_hint("web", "", "https://App.Example.com:8443"),
              (ClientHint{ClientKind::web, "app.example.com", ""}));
    EXPECT_EQ(client_hint("Android", first_app, ""), (ClientHint{ClientKind::android, "", first_app}));
    EXPECT_EQ(client_hint("ios", "", ""), (ClientHint{ClientKind::ios, "", ""}));
}

TEST(ClientHint, DropsWhatCannotBeOne) {
    for (const char* origin : {"null", "example.com", "https://", "https://[::1]:80", "https://a.example/x",
                               "https://a.example #1", "https://a\n@b.example"})
        EXPECT_EQ(client_hint("pager", "short", origin), ClientHint{}) << origin;
}

TEST(WebDomain, IsAHostInAscii) {
    for (const char* good : {"example.com", "xn--mnchen-3ya.example", "a-b.c1", "localhost"})
        EXPECT_TRUE(is_web_domain(good)) << good;
    for (const char* bad : {"", "Example.com", "münchen.example", "https://a.example", "a.example:443",
                            "a.example.", ".a", "a..b", "-a.example", "a-.example", "a b", "a_b", "@a"})
        EXPECT_FALSE(is_web_domain(bad)) << bad;
    EXPECT_FALSE(is_web_domain(std::string(64, 'a')));
    EXPECT_FALSE(is_web_domain(std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                               std::string(63, 'a') + "." + std::string(63, 'a')));
}

TEST(AppHash, IsElevenCharactersOfBase64) {
    EXPECT_TRUE(is_app_hash(first_app));
    for (const char* bad : {"", "FA+9qCX9VS", "FA+9qCX9VSuu", "FA-9qCX9VSu", "FA+9qCX9VS="})
        EXPECT_FALSE(is_app_hash(bad)) << bad;
}

} // namespace
} // namespace dialproof::core
