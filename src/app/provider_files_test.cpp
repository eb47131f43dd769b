#include "app/http_api_file.h"
#include "app/provider_secrets.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace dialproof::app {
namespace {

struct ProviderFiles : testing::Test {
    ProviderFiles() {
        std::string pattern = (std::filesystem::temp_directory_path() / "dialproof-provider-XXXXXX").string();
        folder = mkdtemp(pattern.data());
    }
    ~ProviderFiles() override { std::filesystem::remove_all(folder); }

    std::string write(const std::string& content,
                      std::filesystem::perms mode = std::filesystem::perms(0600)) {
        const auto path = folder / "file";
        std::ofstream(path) << content;
        std::filesystem::permissions(path, mode);
        return path.string();
    }
    // What is wrong with a description, without the file's name.
    std::string fault(const std::string& content) {
        const auto path = write(content);
        const auto loaded = load_http_api(path);
        return loaded ? "" : loaded.error().substr(path.size());
    }

    std::filesystem::path folder;
};

TEST_F(ProviderFiles, SecretsAreLinesAndVariablesGoBefore) {
    const auto path = write("# of the account\nlogin = acme\n\npassword=a=b \n");
    setenv("DIALPROOF_SECRET_KZ_SMSC_LOGIN", "other", 1);
    const auto secrets = provider_secrets("kz_smsc", path);
    unsetenv("DIALPROOF_SECRET_KZ_SMSC_LOGIN");
    ASSERT_TRUE(secrets) << secrets.error();
    EXPECT_EQ(secrets->at("login").reveal(), "other");
    EXPECT_EQ(secrets->at("password").reveal(), "a=b");
    EXPECT_EQ(secrets->size(), 2U);
}

TEST_F(ProviderFiles, SecretsThatOthersCanReadAreRefused) {
    const auto secrets = provider_secrets("acme", write("a=b", std::filesystem::perms(0644)));
    ASSERT_FALSE(secrets);
    EXPECT_NE(secrets.error().find("chmod 600"), std::string::npos) << secrets.error();
}

TEST_F(ProviderFiles, ALineThatIsNoSecretIsNamedWithoutItsText) {
    const auto secrets = provider_secrets("acme", write("a=b\nhunter2\n"));
    ASSERT_FALSE(secrets);
    EXPECT_NE(secrets.error().find(":2: expected name=value"), std::string::npos) << secrets.error();
    EXPECT_EQ(secrets.error().find("hunter2"), std::string::npos);
}

TEST_F(ProviderFiles, AnApiIsDescribedWhole) {
    const auto api = load_http_api(write(R"(
receipt_by_reference = true
[send]
url = "https://sms.example/send"
body = "json"
json = '{"to":"{to}","text":"{text}"}'
headers = { authorization = "Bearer {secret.token}" }
[answer]
reference = "/id"
unlisted = "refused"
price = { amount = "/cost", currency = "KZT" }
statuses = { 402 = "misconfigured" }
[[answer.codes]]
place = "/code"
outcomes = { 0 = "accepted", 7 = "fraud" }
[callback]
reference = "/id"
status = "/status"
price = { amount = "/price", currency = "/currency" }
states = { DELIVRD = "delivered", UNDELIV = "failed" }
signature = "none"
[poll]
url = "https://sms.example/status"
body = "query"
fields = { ids = "{references}" }
)"));
    ASSERT_TRUE(api) << api.error();
    EXPECT_EQ(api->send.kind, senders::BodyKind::json);
    EXPECT_EQ(api->send.headers.at(0).second, "Bearer {secret.token}");
    EXPECT_EQ(api->answer.codes.at(0).outcomes.at("7"), ports::SubmitOutcome::fraud);
    EXPECT_EQ(api->answer.statuses.at(402), ports::SubmitOutcome::misconfigured);
    EXPECT_EQ(api->answer.price.amount, "/cost");
    EXPECT_EQ(api->answer.price.currency, "KZT");
    EXPECT_EQ(api->callback.price.currency, "/currency");
    EXPECT_EQ(api->callback.states.at("UNDELIV"), ports::MessageState::failed);
    EXPECT_TRUE(api->receipt_by_reference);
    EXPECT_FALSE(api->use);
    EXPECT_EQ(api->poll->fields.at(0).second, "{references}");
}

TEST_F(ProviderFiles, AMistakeInADescriptionIsToldWithItsPlace) {
    EXPECT_EQ(fault("[send]\nmethod = \"POST\"\n"), ": send.url: expected where texts are sent");
    EXPECT_EQ(fault("[send]\nurl = \"u\"\nbdy = \"json\"\n"),
              ":3: send.bdy: unknown key; did you mean body?");
    EXPECT_EQ(fault("[send]\nurl = 7\n"), ":2: send.url: expected a text");
    EXPECT_EQ(fault("[send]\nurl = \"u\"\nbody = \"xml\"\n"), ":3: send.body: expected query, form or json");
    EXPECT_EQ(fault("[send]\nurl = \"u\"\n[answer]\nunlisted = \"eaten\"\n"),
              ":4: answer.unlisted: expected accepted, refused, unreachable, fraud, throttled, unavailable, "
              "misconfigured or unknown");
    EXPECT_EQ(fault("[send]\nurl = \"u\"\n[callback.states]\nX = \"gone\"\n"),
              ":4: callback.X: expected sent, delivered, failed or expired");
    EXPECT_NE(fault("[send\n"), "");
}

} // namespace
} // namespace dialproof::app
