#include "app/config.h"

#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <unistd.h>

namespace dialproof::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
protected:
    ConfigTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "dialproof-config-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~ConfigTest() override { std::filesystem::remove_all(folder_); }

    ConfigSource file(const std::string& text) const {
        const auto path = folder_ / "dialproof.toml";
        std::ofstream(path) << text;
        ConfigSource source;
        source.file = path.string();
        return source;
    }

    // The faults of a file, without the path in front.
    std::vector<std::string> faults(const std::string& text) const {
        const auto loaded = load_config(file(text));
        std::vector<std::string> all;
        if (!loaded)
            for (const auto& fault : loaded.error())
                all.push_back(fault.starts_with(folder_.string())
                                  ? fault.substr((folder_ / "dialproof.toml").string().size() + 1)
                                  : fault);
        return all;
    }

    // The least that a server outside of the dev mode needs.
    static constexpr const char* enough = R"(
senders.order = ["file"]
senders.file.path = "/tmp/out"
services.default.countries = ["CH"]
)";

    std::filesystem::path folder_;
};

TEST_F(ConfigTest, AnUnknownKeyIsNamedWithItsLineAndTheNearestOne) {
    EXPECT_THAT(faults("[services.default]\ncountries = [\"CH\"]\ncode_lenght = 8\n"),
                ElementsAre("3: services.default.code_lenght: unknown key; did you mean code_length?"));
    EXPECT_THAT(faults("[servre]\nlisten = \"x\"\n"), ElementsAre(HasSubstr("did you mean server.listen?")));
}

TEST_F(ConfigTest, AWrongValueIsToldWithWhatWasExpected) {
    EXPECT_THAT(faults("services.default.code_length = 3\n"),
                ElementsAre("1: services.default.code_length: expected a whole number from 4 to 10"));
    EXPECT_THAT(faults("services.default.templates.en = \"Hello\"\n"),
                ElementsAre("1: services.default.templates.en: a template needs {code}"));
    EXPECT_THAT(faults("services.default.templates.en = \"{code} {name}\"\n"),
                ElementsAre(HasSubstr(
                    "a template knows {code}, {app}, {minutes}, {domain} and {app_hash}, not {name}")));
    EXPECT_THAT(faults("line.guesses = [\"15 an hour\"]\n"), ElementsAre(HasSubstr("\"15/1h\"")));
}

TEST_F(ConfigTest, AllMistakesAreToldAtOnce) {
    EXPECT_EQ(faults("a = 1\nb = 2\nline.guesses_in_row_max = 0\n").size(), 3U);
}

TEST_F(ConfigTest, WhatOnlyAServerNeedsMayBeMissingForACommand) {
    ConfigSource nothing;
    ASSERT_FALSE(load_config(nothing));
    EXPECT_EQ(load_config(nothing).error().size(), 2U); // countries and senders
    nothing.to_serve = false;
    EXPECT_TRUE(load_config(nothing));
}

TEST_F(ConfigTest, ABrokenFileIsToldWithItsLine) {
    EXPECT_THAT(faults("a = \n"), ElementsAre(testing::StartsWith("1: ")));
    ConfigSource missing;
    missing.file = (folder_ / "missing.toml").string();
    EXPECT_FALSE(load_config(missing));
}

TEST_F(ConfigTest, OutsideOfTheDevModeNothingIsOpenThatNobodyOpened) {
    EXPECT_THAT(faults(""), ElementsAre(HasSubstr("services.default.countries: no country is allowed"),
                                        HasSubstr("senders.order: no provider")));
    EXPECT_THAT(faults(enough), ElementsAre());
    EXPECT_THAT(faults(std::string(enough) + "test_numbers.\"+12025550100\" = \"123456\"\n"),
                ElementsAre(HasSubstr("test_numbers_in_production")));

    ConfigSource dev;
    dev.dev = true;
    const auto loaded = load_config(dev);
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->config.rules.services.at(core::ServiceName("default")).countries.contains("*"));
}

TEST_F(ConfigTest, NoWindowLooksFurtherBackThanWhatIsKept) {
    const std::string short_memory = std::string(enough) + "retention.days = 2\n";
    EXPECT_THAT(faults(short_memory), ElementsAre());
    EXPECT_THAT(faults(short_memory + "line.guesses = [\"15/1h\", \"30/3d\"]\n"),
                ElementsAre(HasSubstr("line.guesses: 30/3d looks further back than retention.days keeps")));
}

TEST_F(ConfigTest, ATextOfMorePartsThanAllowedIsAFaultAndOfSeveralAWarning) {
    const std::string pad(150, 'a');
    const std::string text = "services.default.templates.en = \"" + pad + " {code}’s\"\n";
    EXPECT_THAT(
        faults(enough + text + "services.default.parts_max = 2\n"),
        ElementsAre("services.default.templates.en: takes 3 short messages, by U+2019 at 158 (use '); "
                    "expected at most services.default.parts_max = 2"));
    const auto loaded = load_config(file(enough + text + "services.default.parts_max = 3\n"));
    ASSERT_TRUE(loaded);
    EXPECT_THAT(loaded->warnings, ElementsAre(HasSubstr("en takes 3 short messages")));
}

TEST_F(ConfigTest, TheTermsOfADialectCountForTheLengthOfATextToo) {
    const std::string text = "services.default.templates.en = \"" + std::string(153, 'a') + " {code}\"\n";
    EXPECT_TRUE(load_config(file(enough + text + "services.default.parts_max = 1\n")));
    EXPECT_THAT(faults(enough + text + "services.default.parts_max = 1\n" +
                       "dialects.pip_sms_settings.code_length = 10\n"),
                ElementsAre(HasSubstr("templates.en: takes 2 short messages")));
}

TEST_F(ConfigTest, SitesAndAppsAreCheckedAsTheyWillBeCompared) {
    EXPECT_THAT(faults(std::string(enough) + "services.default.web_domains = [\"https://example.com\"]\n"),
                ElementsAre(HasSubstr("a list of hosts")));
    EXPECT_THAT(faults(std::string(enough) + "services.default.android_app_hashes = [\"short\"]\n"),
                ElementsAre(HasSubstr("11 characters of base64")));
}

TEST_F(ConfigTest, ALifeLongerThanNistAllowsIsWarnedOf) {
    const auto loaded = load_config(file(std::string(enough) + "services.default.code_lifetime = \"1h\"\n"));
    ASSERT_TRUE(loaded);
    EXPECT_THAT(loaded->warnings, ElementsAre(HasSubstr("NIST SP 800-63B")));
}

TEST_F(ConfigTest, TheEnvironmentWinsOverTheFileAndAFlagOverBoth) {
    auto source = file(std::string(enough) + "server.listen = \"127.0.0.1:1\"\nlog.level = \"debug\"\n");
    source.environment = {{"DIALPROOF_SERVER_LISTEN", "127.0.0.1:2"},
                          {"DIALPROOF_SERVICES_DEFAULT_CODE_LENGTH", "8"},
                          {"DIALPROOF_SERVICES_DEFAULT_COUNTRIES", "CH, DE"},
                          {"DIALPROOF_LOG_REQUESTS", "false"}};
    source.flags = {{"server.listen", "127.0.0.1:3"}};
    const auto loaded = load_config(source);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->config.listen, "127.0.0.1:3");
    EXPECT_EQ(loaded->config.log_level, "debug");
    EXPECT_FALSE(loaded->config.log_requests);
    const auto& policy = loaded->config.rules.services.at(core::ServiceName("default"));
    EXPECT_EQ(policy.code.length, 8U);
    EXPECT_EQ(policy.countries, (std::set<std::string>{"CH", "DE"}));
}

TEST_F(ConfigTest, AnUnknownVariableIsAMistake) {
    auto source = file(enough);
    source.environment = {{"DIALPROOF_SERVER_LISTN", "x"}};
    const auto loaded = load_config(source);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(
        loaded.error(),
        ElementsAre("DIALPROOF_SERVER_LISTN: unknown variable; did you mean DIALPROOF_SERVER_LISTEN?"));
}

TEST_F(ConfigTest, WhatIsPrintedLoadsToTheSameConfiguration) {
    const auto first = load_config(file(R"(
data = "/srv/\"quoted\""
senders.order = ["file"]
senders.file.path = "/tmp/out"
server.trusted_proxies = ["10.0.0.0/8", "::1"]
line.send_gaps = ["30s", "2m"]
line.guesses = ["5/1h"]
[services.default]
countries = ["CH", "DE"]
sends_per_caller = "none"
uniqueness = "verified_once"
[services.shop]
countries = ["*"]
app_name = "Läden"
code_alphabet = "digits_and_capitals"
code_lifetime = "90s"
number_types_refused = []
organisation = "42"
[services.shop.templates]
de-CH = "{code} isch dine Code"
)"));
    ASSERT_TRUE(first) << first.error().front();
    const std::string text = config_text(first->config);
    const auto second = load_config(file(text));
    ASSERT_TRUE(second) << second.error().front();
    EXPECT_EQ(config_text(second->config), text);
    EXPECT_THAT(text, HasSubstr("services.shop.templates.de-CH = \"{code} isch dine Code\""));
    EXPECT_THAT(text, HasSubstr("services.shop.code_lifetime = \"90s\""));
}

TEST(Settings, AllHaveAPathOfTheirOwnAndSayWhatTheyAreFor) {
    std::set<std::string> paths;
    for (const auto& setting : settings()) {
        EXPECT_TRUE(paths.insert(setting.path).second) << setting.path;
        EXPECT_TRUE(setting.help.ends_with('.') || setting.help.ends_with("...")) << setting.path;
    }
}

TEST(Settings, AreEachReachedByTheirOwnVariable) {
    const auto variable = [](std::string path) {
        std::replace(path.begin(), path.end(), '.', '_');
        return path;
    };
    for (const auto& setting : settings()) {
        std::string name = variable(setting.path);
        std::replace(name.begin(), name.end(), '*', 'x');
        const auto reached =
            std::find_if(settings().begin(), settings().end(), [&](const Setting& candidate) {
                return match_path(variable(candidate.path), name, '_').has_value();
            });
        EXPECT_EQ(reached->path, setting.path);
    }
}

TEST(MatchPath, TakesTheNamesOfAPath) {
    EXPECT_EQ(match_path("server.listen", "server.listen", '.'), SettingNames{});
    EXPECT_EQ(match_path("server.listen", "server", '.'), std::nullopt);
    EXPECT_EQ(match_path("services.*.guesses", "services.shop.guesses", '.'), SettingNames{"shop"});
    EXPECT_EQ(match_path("services.*.guesses", "services..guesses", '.'), std::nullopt);
    EXPECT_EQ(match_path("services_*_code_length", "services_my_shop_code_length", '_'),
              SettingNames{"my_shop"});
    EXPECT_EQ(match_path("services.*.templates.*", "services.shop.templates.de-CH", '.'),
              (SettingNames{"shop", "de-CH"}));
}

} // namespace
} // namespace dialproof::app
