#include "app/data_folder.h"

#include "app/keys.h"
#include "platform/system_random.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <thread>
#include <vector>

namespace dialproof::app {
namespace {

class DataFolderTest : public testing::Test {
protected:
    DataFolderTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "dialproof-data-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~DataFolderTest() override { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
    }

    std::filesystem::path path_;
    platform::SystemRandom random_;
};

TEST_F(DataFolderTest, OfManyWhoMakeAFileAtOnceOneWinsAndNoneReplacesIt) {
    const auto file = path_ / "keys";
    std::vector<std::string> seen(8);
    std::vector<std::thread> makers;
    for (std::size_t i = 0; i < seen.size(); ++i)
        makers.emplace_back([&file, &seen, i] {
            if (make_private_file(file, "made by " + std::to_string(i)))
                seen[i] = read_private_file(file, 100).value();
        });
    for (auto& maker : makers)
        maker.join();
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1U);
    EXPECT_TRUE(seen[0].starts_with("made by "));
    EXPECT_EQ(files(), 1U) << "nothing is left beside it";
}

TEST_F(DataFolderTest, AFileIsReplacedAsAWholeAndStaysPrivate) {
    const auto file = path_ / "keys";
    ASSERT_TRUE(make_private_file(file, "a long first content"));
    ASSERT_TRUE(replace_private_file(file, "short"));
    EXPECT_EQ(read_private_file(file, 100).value(), "short");
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
    EXPECT_EQ(files(), 1U);
}

TEST_F(DataFolderTest, AnAdminTokenIsMadeOnceAndRefusedWhereOthersCanReadIt) {
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder);
    const auto made = administrator_token(*folder, random_, false);
    ASSERT_TRUE(made);
    EXPECT_EQ(administrator_token(*folder, random_, false).value().reveal(), made->reveal());

    std::filesystem::permissions(folder->admin_token(), std::filesystem::perms(0640));
    const auto refused = administrator_token(*folder, random_, false);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("chmod 600"), std::string::npos) << refused.error();
}

TEST_F(DataFolderTest, NoKeyIsMadeForADatabaseThatHasLostItsOwn) {
    const auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder);
    std::ofstream(folder->database()).flush();
    EXPECT_FALSE(load_keys(Config{}, *folder, random_));
    EXPECT_FALSE(std::filesystem::exists(folder->keys()));
}

} // namespace
} // namespace dialproof::app
