#include "platform/key_set.h"

#include "platform/system_random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace dialproof::platform {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string hex_key = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";
const std::string base64_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const std::string other_key = "//////////////////////////////////////////8=";
const std::string other_key_url = "__________________________________________8";

std::string error_of(std::string_view text) {
    const auto keys = parse_keys(text);
    EXPECT_FALSE(keys.has_value()) << text;
    return keys ? std::string() : keys.error();
}

TEST(KeySet, ReadsEverySpellingOfAKey) {
    const auto keys = parse_keys("# mine\n\n 1: " + hex_key + "\r\n2:" + base64_key + ",3:" + other_key +
                                 "\n40 :" + other_key_url + "\n");
    ASSERT_TRUE(keys.has_value()) << keys.error();
    ASSERT_EQ(keys->size(), 4U);
    EXPECT_EQ(keys->at(1).reveal(), keys->at(2).reveal());
    EXPECT_EQ(keys->at(1).reveal()[31], 0x1F);
    EXPECT_EQ(keys->at(3).reveal()[0], 0xFF);
    EXPECT_EQ(keys->at(3).reveal(), keys->at(40).reveal());
}

TEST(KeySet, NamesTheMistakeButNotTheKey) {
    EXPECT_THAT(error_of(""), HasSubstr("there is no key"));
    EXPECT_THAT(error_of("# only\n"), HasSubstr("there is no key"));
    EXPECT_THAT(error_of(hex_key), HasSubstr("line 1: expected number:key"));
    EXPECT_THAT(error_of("\n0:" + hex_key), HasSubstr("line 2: expected number:key"));
    EXPECT_THAT(error_of("x:" + hex_key), HasSubstr("expected number:key"));
    EXPECT_THAT(error_of("4294967296:" + hex_key), HasSubstr("expected number:key"));
    EXPECT_THAT(error_of("7:" + hex_key + "0"), HasSubstr("key 7 must be 32 bytes"));
    EXPECT_THAT(error_of("7:short"), HasSubstr("key 7 must be 32 bytes"));
    EXPECT_THAT(error_of("7:" + std::string(64, 'g')), HasSubstr("key 7 must be 32 bytes"));
    EXPECT_THAT(error_of("1:" + hex_key + "\n1:" + base64_key), HasSubstr("line 2: key 1 is there twice"));
    EXPECT_THAT(error_of("1:" + hex_key + "x"), Not(HasSubstr("0001")));
    std::string many;
    for (std::size_t i = 1; i <= keys_max + 1; ++i)
        many += std::to_string(i) + ':' + hex_key + ',';
    EXPECT_THAT(error_of(many), HasSubstr("more than 64 keys"));
}

TEST(KeySet, GeneratesKeysThatItReads) {
    SystemRandom random;
    const auto first = generate_key(1, random), second = generate_key(2, random);
    const auto keys = parse_keys(first.reveal() + '\n' + second.reveal());
    ASSERT_TRUE(keys.has_value()) << keys.error();
    EXPECT_NE(keys->at(1).reveal(), keys->at(2).reveal());
}

class KeyFile : public ::testing::Test {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "dialproof-keys-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        file_ = folder_ / "keys";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& text, std::filesystem::perms permissions) const {
        std::ofstream(file_) << text;
        std::filesystem::permissions(file_, permissions);
    }
    [[nodiscard]] std::string error() const {
        const auto keys = read_key_file(file_);
        EXPECT_FALSE(keys.has_value());
        return keys ? std::string() : keys.error();
    }

    std::filesystem::path folder_, file_;
};

TEST_F(KeyFile, IsReadWhereOnlyItsOwnerCan) {
    using enum std::filesystem::perms;
    write("1:" + hex_key + "\n", owner_read | owner_write);
    EXPECT_TRUE(read_key_file(file_).has_value());
    for (const auto bit : {group_read, group_write, others_read, others_write}) {
        write("1:" + hex_key + "\n", owner_read | owner_write | bit);
        EXPECT_THAT(error(), HasSubstr("chmod 600 " + file_.string()));
    }
}

TEST_F(KeyFile, IsNamedInEveryError) {
    using enum std::filesystem::perms;
    EXPECT_THAT(error(), ::testing::AllOf(HasSubstr(file_.string()), HasSubstr("No such file")));
    write("1:oops\n", owner_read);
    EXPECT_THAT(error(), ::testing::AllOf(HasSubstr(file_.string()), HasSubstr("line 1: key 1 must be")));
    std::filesystem::permissions(file_, owner_read | owner_write);
    write(std::string(key_file_bytes_max + 1, '#'), owner_read | owner_write);
    EXPECT_THAT(error(), HasSubstr("larger than 16384 bytes"));
    std::filesystem::remove(file_);
    std::filesystem::create_directory(file_);
    EXPECT_THAT(error(), HasSubstr("is no regular file"));
}

} // namespace
} // namespace dialproof::platform
