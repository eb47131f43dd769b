#include "wire/gzip.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace dialproof::wire {
namespace {

RC_GTEST_PROP(Gzip, GivesBackWhatWentIn, (const std::string& part)) {
    std::string bytes;
    for (int i = *rc::gen::inRange(0, 3000); i > 0; --i)
        bytes += part;
    RC_ASSERT(gunzip(gzip(bytes), bytes.size()) == bytes);
}

TEST(Gzip, ThatIsCutAnywhereIsRefused) {
    const std::string whole = gzip("a message that was sent");
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_EQ(gunzip(whole.substr(0, length), 100).error(), GzipFault::malformed) << length;
}

TEST(Gzip, ThatGrowsTooLargeIsRefusedWithoutBeingHeld) {
    std::string bomb = gzip(std::string(10'000'000, 'x'));
    EXPECT_LT(bomb.size(), 100'000U);
    EXPECT_EQ(gunzip(bomb, 64 * 1024).error(), GzipFault::too_large);
}

TEST(Gzip, OfSeveralMembersIsOneText) { EXPECT_EQ(gunzip(gzip("ab") + gzip("cd"), 100), "abcd"); }

TEST(Gzip, ThatIsNoneIsRefused) {
    EXPECT_EQ(gunzip("plain", 100).error(), GzipFault::malformed);
    EXPECT_EQ(gunzip(gzip("ab") + "rest", 100).error(), GzipFault::malformed);
}

} // namespace
} // namespace dialproof::wire
