#include "stores/postgres/sql_error.h"

#include <gtest/gtest.h>

namespace dialproof::stores::postgres {
namespace {

TEST(SqlErrors, TellWhetherTheConnectionIsOfUse) {
    for (const auto* state : {"08006", "57P01", "57P03", "53300", "25006", "25P03", "26000"})
        EXPECT_TRUE(ends_the_connection(state)) << state;
    for (const auto* state : {"40001", "55P03", "57014", "23505", "25P02"})
        EXPECT_FALSE(ends_the_connection(state)) << state;
}

TEST(SqlErrors, TellWhetherTheSameMayWorkAgain) {
    EXPECT_TRUE((SqlError{"40001", ""}.may_work_again()));
    EXPECT_TRUE((SqlError{"40P01", ""}.may_work_again()));
    EXPECT_TRUE((SqlError{"", "", true}.may_work_again()));
    EXPECT_FALSE((SqlError{"", "", true, true}.may_work_again())) << "it may be done already";
    EXPECT_FALSE((SqlError{"55P03", ""}.may_work_again()));
}

} // namespace
} // namespace dialproof::stores::postgres
