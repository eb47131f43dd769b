#include "runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

namespace dialproof::contracts {
namespace {

const std::filesystem::path folder = DIALPROOF_TRANSCRIPTS;

// "zitadel/01-set-phone"
std::vector<std::string> transcripts() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".txt" && entry.path().parent_path() != folder)
            names.push_back(std::filesystem::relative(entry.path(), folder).replace_extension());
    std::sort(names.begin(), names.end());
    return names;
}

class Transcript : public testing::TestWithParam<std::string> {};

TEST_P(Transcript, HoldsInMemory) { play(folder / (GetParam() + ".txt"), StoreKind::memory); }
TEST_P(Transcript, HoldsOnSqlite) { play(folder / (GetParam() + ".txt"), StoreKind::sqlite); }

std::string test_name(const testing::TestParamInfo<std::string>& transcript) {
    std::string name = transcript.param;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Contracts, Transcript, testing::ValuesIn(transcripts()), test_name);

} // namespace
} // namespace dialproof::contracts
