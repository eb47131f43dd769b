#include "numbering/metadata.h"

#include "numbering/libphonenumber_plan.h"
#include "numbering/metadata_table.h"

#include <phonenumbers/phonemetadata.pb.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace dialproof::numbering {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class MetadataFile : public ::testing::Test {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "dialproof-metadata-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::filesystem::path written(std::string_view bytes) const {
        const auto file = folder_ / "plans.pb";
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }
    void expect_refused(std::string_view bytes, const std::string& why) const {
        const auto loaded = load_metadata(written(bytes));
        ASSERT_FALSE(loaded.has_value());
        EXPECT_THAT(loaded.error(), AllOf(HasSubstr((folder_ / "plans.pb").string()), HasSubstr(why)));
    }

    std::filesystem::path folder_;
};

// The table in use, under another version and with at most so many regions.
std::string table_of(const std::string& version, int regions) {
    i18n::phonenumbers::PhoneMetadataCollection collection;
    EXPECT_TRUE(
        collection.ParseFromArray(metadata_table().data(), static_cast<int>(metadata_table().size())));
    collection.mutable_unknown_fields()->clear();
    while (collection.metadata_size() > regions)
        collection.mutable_metadata()->RemoveLast();
    // Field 1000, wire type 2, then the length.
    return std::string("\xC2\x3E") + static_cast<char>(version.size()) + version +
           collection.SerializeAsString();
}

TEST(Metadata, ReadsTheTableThatIsBuiltIn) {
    const auto metadata = read_metadata(metadata_table());
    ASSERT_TRUE(metadata.has_value()) << metadata.error();
    EXPECT_THAT(metadata->version, HasSubstr("google-libphonenumber "));
    EXPECT_GT(metadata->regions, 240U);
    EXPECT_EQ(metadata_version(), metadata->version);
}

TEST_F(MetadataFile, RefusesWhatIsNoTable) {
    const std::string before = metadata_version();
    expect_refused("", "does not begin with a version");
    expect_refused("hello", "does not begin with a version");
    expect_refused("\xC2\x3E\x7Fx", "does not begin with a version");
    const std::string good = table_of("new", 300);
    expect_refused(std::string_view(good).substr(0, good.size() / 2),
                   "its version says \"new\", but the rest is damaged");
    expect_refused(table_of("new", 20), "it has 20 regions, but at least 200 are expected");
    expect_refused(std::string(metadata_bytes_max + 1, '\0'), "4194305 bytes");
    const auto missing = load_metadata(folder_ / "missing");
    ASSERT_FALSE(missing.has_value());
    EXPECT_THAT(missing.error(), HasSubstr("No such file"));
    EXPECT_EQ(metadata_version(), before);
}

// The table of a process is chosen once, so this runs in processes of its own.
using MetadataDeathTest = MetadataFile;

TEST_F(MetadataDeathTest, AFileIsTakenBeforeTheFirstNumber) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    // Without its last regions, so that it shows which table the library works with.
    const auto without_zimbabwe = table_of("newer 1", 250);
    const auto works_with_the_file = [&] {
        const auto loaded = load_metadata(written(without_zimbabwe));
        const auto plan = LibphonenumberPlan::create();
        return loaded && loaded->version == "newer 1" && metadata_version() == "newer 1" && plan &&
               plan.value()->parse("+41791234567", "", ports::Strictness::valid) &&
               !plan.value()->parse("+263712345678", "", ports::Strictness::valid);
    };
    EXPECT_EXIT(std::exit(works_with_the_file() ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace dialproof::numbering
