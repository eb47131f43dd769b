#include "server/request_ids.h"

#include <set>

#include <gtest/gtest.h>

namespace dialproof::server {
namespace {

TEST(RequestIds, keeps_a_well_formed_one) {
    RequestIds ids;
    EXPECT_EQ(ids.choose("aZ09._-"), "aZ09._-");
    EXPECT_EQ(ids.choose(std::string(64, 'a')), std::string(64, 'a'));
}

TEST(RequestIds, replaces_any_other) {
    RequestIds ids;
    for (const std::string& bad : {std::string(), std::string(65, 'a'), std::string("a b"),
                                   std::string("a\"b"), std::string("a\0b", 3), std::string("\xC3\xA9")}) {
        const auto id = ids.choose(bad);
        EXPECT_EQ(id.size(), 32U);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
    }
}

TEST(RequestIds, makes_each_one_once) {
    RequestIds one, two;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(one.choose({}));
        seen.insert(two.choose({}));
    }
    EXPECT_EQ(seen.size(), 2000U);
}

} // namespace
} // namespace dialproof::server
