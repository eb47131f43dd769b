#include "stores/postgres/days.h"
#include "stores/postgres/statement.h"

#include <gtest/gtest.h>

namespace dialproof::stores::postgres {
namespace {

TEST(Array, QuotesTextAndNothingElse) {
    Array array;
    array.add(std::string_view("plain"));
    array.add(std::string_view(R"(a "quoted" \ {one}, NULL)"));
    array.add(std::optional<std::string>());
    array.add(std::int64_t{-5});
    EXPECT_EQ(array.text(), R"({"plain","a \"quoted\" \\ {one}, NULL",NULL,-5})");
    EXPECT_EQ(Array().text(), "{}");
}

TEST(Array, TakesNoZeroByteForTheEnd) {
    Array array;
    array.add(std::string_view("a\0b", 3));
    EXPECT_EQ(array.text(), "{\"a\xC0\x80"
                            "b\"}");
}

TEST(Days, FollowFromAnIdOfOurs) {
    EXPECT_EQ(day_of("01a21a079ba8bb5f79acc9173e97c973"), 20783);
    EXPECT_EQ(day_of("000005265c00"
                     "00000000000000000000"),
              1);
}

TEST(Days, OfAnyOtherIdAreZero) {
    for (const auto* id : {"", "v1", "01a21a079ba8bb5f79acc9173e97c97", "01a21a079ba8bb5f79acc9173e97c9733",
                           "01A21A079BA8BB5F79ACC9173E97C973", "ffffffffffffffffffffffffffffffff"})
        EXPECT_EQ(day_of(id), 0) << id;
}

TEST(Days, AreAlwaysAsManyParameters) {
    for (const std::int64_t count : {0, 1, 8}) {
        Days days;
        for (std::int64_t day = 1; day <= count; ++day)
            days.add(day);
        EXPECT_TRUE(days.fit());
        Statement statement("");
        days.append_to(statement);
        EXPECT_EQ(statement.parameters().size(), Days::count_max);
    }
    Days nine;
    for (std::int64_t day = 1; day <= 9; ++day)
        nine.add(day);
    EXPECT_FALSE(nine.fit());
}

} // namespace
} // namespace dialproof::stores::postgres
