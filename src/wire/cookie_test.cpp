#include "wire/cookie.h"

#include <gtest/gtest.h>

namespace dialproof::http {
namespace {

TEST(Cookie, IsFoundAmongOthers) {
    EXPECT_EQ(cookie("jwt=abc", "jwt"), "abc");
    EXPECT_EQ(cookie("a=1; jwt=abc; b=2", "jwt"), "abc");
    EXPECT_EQ(cookie(" a = 1 ;jwt=\"abc\"", "jwt"), "abc");
    EXPECT_EQ(cookie("jwt=first; jwt=second", "jwt"), "first");
    EXPECT_EQ(cookie("jwt=a=b==", "jwt"), "a=b==");
    EXPECT_EQ(cookie("jwt=", "jwt"), "");
}

TEST(Cookie, IsNotThereWhereOnlySomethingLikeItIs) {
    for (const char* field : {"", ";", "jwt", "xjwt=1", "JWT=1", "a=jwt=1", "=jwt"})
        EXPECT_FALSE(cookie(field, "jwt")) << field;
}

} // namespace
} // namespace dialproof::http
