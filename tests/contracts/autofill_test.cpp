// In every API a request's fields say for which client the text is.
#include "world.h"

#include <gtest/gtest.h>

namespace dialproof::contracts {
namespace {

Settings with_sites_and_apps() {
    Settings settings;
    for (auto& [name, policy] : settings.rules.services) {
        policy.web_domains = {"example.com", "app.example.com"};
        policy.android_app_hashes = {"FA+9qCX9VSu", "0123456789/"};
    }
    return settings;
}

http::Request to(std::string method, std::string path, std::string body) {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.caller_address = "192.0.2.1";
    request.headers.add("content-type", "application/json");
    request.body = std::move(body);
    return request;
}

class AutofillOfARequest : public testing::Test {
protected:
    // The lines of the text that this call sends, as it is made by an app for Android and by a page.
    void expect_both(http::Request request) {
        http::Request by_page = request;
        request.headers.add("x-dialproof-client", "android");
        request.headers.add("x-dialproof-app-hash", "0123456789/");
        EXPECT_EQ(lines_of(std::move(request)), (core::Autofill{"", "0123456789/"}));
        world_.advance(Seconds{3600});
        by_page.headers.add("origin", "https://app.example.com");
        EXPECT_EQ(lines_of(std::move(by_page)), (core::Autofill{"app.example.com", ""}));
        world_.advance(Seconds{3600});
    }

    void add_user_with_phone() {
        const auto* body =
            R"({"userId":"60a7a2e3c2a1b5d6e7f80912","profile":{"givenName":"A","familyName":"B"},)"
            R"("email":{"email":"a@example.com"},"phone":{"phone":"+41791234567"}})";
        ASSERT_EQ(world_.ask(as_administrator(to("POST", "/v2/users/human", body))).status, 200);
        world_.advance(Seconds{3600});
    }

    static http::Request as_administrator(http::Request request) {
        request.headers.add("authorization", std::string("Bearer ").append(administrator_token));
        return request;
    }

    World world_{with_sites_and_apps(), StoreKind::memory};

private:
    core::Autofill lines_of(http::Request request) {
        const auto before = world_.store.autofills.size();
        const auto response = world_.ask(std::move(request));
        EXPECT_LT(response.status, 300) << response.body;
        const auto& all = world_.store.autofills;
        return all.size() > before ? all.back() : core::Autofill{"no message", ""};
    }
};

TEST_F(AutofillOfARequest, ThroughDjangoPhoneVerify) {
    expect_both(to("POST", "/api/phone/register", R"({"phone_number":"+12025550123"})"));
}

TEST_F(AutofillOfARequest, ThroughZitadel) {
    add_user_with_phone();
    expect_both(as_administrator(to("POST", "/v2/users/60a7a2e3c2a1b5d6e7f80912/phone/resend", "{}")));
}

TEST_F(AutofillOfARequest, ThroughPipSmsSettings) {
    add_user_with_phone();
    auto request = to("POST", "/api/v1/sms_settings/resend", R"({"phone":"+41791234567"})");
    expect_both(std::move(request));
}

TEST_F(AutofillOfARequest, ThroughTechnoSso) {
    add_user_with_phone();
    expect_both(to("PUT", "/api/v1/auth/verify/phone",
                   R"({"tdid":"60a7a2e3c2a1b5d6e7f80912","phone":"+41791234567"})"));
}

} // namespace
} // namespace dialproof::contracts
