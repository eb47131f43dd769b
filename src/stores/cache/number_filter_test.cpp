#include "stores/cache/number_filter.h"

#include <gtest/gtest.h>

#include <string>

namespace dialproof::stores {
namespace {

core::PhoneNumber number(unsigned n) {
    return *core::PhoneNumber::parse("+4179" + std::to_string(1000000 + n));
}

TEST(NumberFilter, KnowsEachNumberThatWasAddedAndFewOthers) {
    constexpr unsigned added = 200'000;
    NumberFilter filter;
    for (unsigned n = 0; n < added; ++n)
        filter.add(number(n));
    unsigned strangers = 0;
    for (unsigned n = 0; n < added; ++n) {
        ASSERT_TRUE(filter.may_have(number(n)));
        strangers += filter.may_have(number(added + n)) ? 1 : 0;
    }
    EXPECT_LT(strangers, added / 1000);
}

TEST(NumberFilter, KnowsNobodyAtFirst) { EXPECT_FALSE(NumberFilter().may_have(number(1))); }

} // namespace
} // namespace dialproof::stores
