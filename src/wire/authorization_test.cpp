#include "wire/authorization.h"

#include <gtest/gtest.h>

namespace dialproof::http {
namespace {

TEST(BearerToken, IsWhatFollowsTheScheme) {
    EXPECT_EQ(bearer_token("Bearer abc"), "abc");
    EXPECT_EQ(bearer_token("bEARER   abc "), "abc");
    EXPECT_EQ(bearer_token("Bearer "), "");
}

TEST(BearerToken, IsNotThereForAnythingElse) {
    for (const char* field : {"", "Bearer", "Bearerabc", "Basic abc", " Bearer abc", "Bear"})
        EXPECT_FALSE(bearer_token(field)) << field;
}

} // namespace
} // namespace dialproof::http
