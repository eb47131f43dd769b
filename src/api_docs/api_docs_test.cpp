#include "api_docs/api_docs.h"

#include "base/run_loop.h"
#include "wire/gzip.h"
#include "wire/json.h"

#include <gtest/gtest.h>

namespace dialproof::api_docs {
namespace {

Served everything() { return {"1.2.3", true, true, true, true, true, true, "/sso"}; }

json::Value parsed(const std::string& text) {
    const auto value = json::parse(text);
    return value ? *value : json::Value();
}

bool has_path(const json::Value& document, std::string_view path) {
    const auto* paths = document.find("paths");
    return paths && paths->find(path);
}

std::string operation_id(const json::Value& document, std::string_view path, std::string_view method) {
    const auto* item = document.find("paths")->find(path);
    const auto* operation = item ? item->find(method) : nullptr;
    return operation ? *operation->find("operationId")->as_string() : "";
}

http::Response get(const http::Mount& mount, std::string_view path, const http::Headers& headers = {}) {
    RunLoop loop;
    for (const auto& route : mount.routes)
        if (route.pattern == path) {
            http::Request request;
            request.headers = headers;
            return loop.wait_for(route.handler(std::move(request)));
        }
    return mount.not_found({});
}

http::Headers with(const char* name, const std::string& value) {
    http::Headers headers;
    headers.add(name, value);
    return headers;
}

TEST(ApiDocument, HoldsWhatIsServedAndNothingElse) {
    const auto all = parsed(document(everything()));
    for (const char* path : {"/api/phone/register", "/v2/users/{user_id}/phone",
                             "/api/v1/sms_settings/resend", "/v1/sms_settings/{command}",
                             "/sso/api/v1/profile/phone", "/admin/v1/tokens", "/healthz", "/dev/messages"})
        EXPECT_TRUE(has_path(all, path)) << path;
    Served little;
    little.pip_sms_settings_commands = true; // of an API that is not served
    const auto least = parsed(document(little));
    for (const auto& [path, item] : *least.find("paths")->as_object())
        EXPECT_TRUE(path.starts_with("/admin/") || path == "/healthz" || path == "/readyz" ||
                    path == "/metrics")
            << path;
}

TEST(ApiDocument, SaysItsVersionAndTheConfiguredPrefixAsTheyAre) {
    auto served = everything();
    served.version = "1\"2";
    served.techno_sso_prefix = "/a\\b";
    const auto made = parsed(document(served));
    EXPECT_EQ(*made.find("info")->find("version")->as_string(), "1\"2");
    EXPECT_TRUE(has_path(made, "/a\\b/api/v1/auth/verify/token"));
}

TEST(ApiDocument, GivesTheSameOperationsOfAnotherPathIdsOfTheirOwn) {
    const auto made = parsed(document(everything()));
    EXPECT_EQ(operation_id(made, "/v2/users/{user_id}/phone", "delete"), "RemovePhone");
    EXPECT_EQ(operation_id(made, "/v2beta/users/{user_id}/phone", "delete"), "RemovePhoneBeta");
    EXPECT_EQ(operation_id(made, "/api/phone/verify/", "post"), "VerifyNumberWithSlash");
}

TEST(ApiDocs, AnAnswerIsPackedForWhoReadsIt) {
    const auto mount = api_docs::mount(everything());
    for (const char* path : {"/openapi.json", "/docs", "/docs/swagger-ui-bundle.js"}) {
        const auto plain = get(mount, path), packed = get(mount, path, with("accept-encoding", "gzip"));
        EXPECT_FALSE(plain.headers.find("content-encoding")) << path;
        EXPECT_EQ(packed.headers.get("content-encoding"), "gzip") << path;
        EXPECT_LT(packed.body.size(), plain.body.size()) << path;
        EXPECT_EQ(wire::gunzip(packed.body, plain.body.size()).value_or(""), plain.body) << path;
        EXPECT_EQ(plain.headers.get("vary"), "accept-encoding") << path;
        EXPECT_NE(plain.headers.get("etag"), packed.headers.get("etag")) << path;
    }
}

TEST(ApiDocs, WhoHasTheAnswerIsNotGivenItAgain) {
    const auto mount = api_docs::mount(everything());
    const std::string etag(get(mount, "/openapi.json").headers.get("etag"));
    for (const auto& known : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
        const auto again = get(mount, "/openapi.json", with("if-none-match", known));
        EXPECT_EQ(again.status, 304) << known;
        EXPECT_EQ(again.body, "") << known;
        EXPECT_EQ(again.headers.get("etag"), etag) << known;
    }
    EXPECT_EQ(get(mount, "/openapi.json", with("if-none-match", "\"other\"")).status, 200);
    const auto changed = get(api_docs::mount({}), "/openapi.json", with("if-none-match", etag));
    EXPECT_EQ(changed.status, 200) << "another configuration is another document";
}

TEST(ApiDocs, ThePageHasNoScriptAndNoStyleOfItsOwn) {
    const auto page = get(api_docs::mount({}), "/docs");
    const auto policy = page.headers.get("content-security-policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(policy.find("connect-src 'self'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
    EXPECT_EQ(page.body.find("<style"), std::string::npos);
    EXPECT_EQ(page.body.find("<script>"), std::string::npos);
}

} // namespace
} // namespace dialproof::api_docs
