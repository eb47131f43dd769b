#include "wire/utf8_repair.h"

#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof {
namespace {

TEST(Utf8Repair, ReplacesEachByteThatBelongsToNoCharacter) {
    EXPECT_EQ(utf8_repaired("a\xC3\xA9z"), "a\xC3\xA9z");
    EXPECT_EQ(utf8_repaired("a\xFFz\xC3"), "a\xEF\xBF\xBDz\xEF\xBF\xBD");
}

RC_GTEST_PROP(Utf8RepairProperty, TheResultIsUtf8, ()) {
    const auto bytes =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a\x80\xBF\xC3\xE2\xF0\xED\xFF")));
    const std::string repaired = utf8_repaired(bytes);
    RC_ASSERT(utf8_length(repaired).has_value());
    RC_ASSERT(utf8_length(bytes).has_value() == (repaired == bytes));
}

} // namespace
} // namespace dialproof
