#include "stores/postgres/choice.h"

#include <gtest/gtest.h>

namespace dialproof::stores::postgres {
namespace {

TEST(Choice, TakesWhatHasNoNameInCommon) {
    const std::unordered_set<std::string> held{"a"};
    Choice choice(held);
    EXPECT_FALSE(choice.take({"a"}));
    EXPECT_TRUE(choice.take({"b", "c"}));
    EXPECT_FALSE(choice.take({"c", "d"}));
    EXPECT_TRUE(choice.take({"e"}));
    EXPECT_TRUE(choice.take({}));
}

TEST(Choice, KeepsForWhatHasToWaitAllThatItWaitsFor) {
    std::unordered_set<std::string> held{"a"};
    Choice first(held);
    EXPECT_FALSE(first.take({"a", "b"}));
    EXPECT_FALSE(first.take({"b"})) << "else the one before might never have both";
    held.clear();
    Choice second(held);
    EXPECT_TRUE(second.take({"a", "b"}));
    EXPECT_FALSE(second.take({"b"}));
}

} // namespace
} // namespace dialproof::stores::postgres
