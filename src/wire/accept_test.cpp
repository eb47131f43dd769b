#include "wire/accept.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::http {
namespace {

TEST(Accept, TakesEverythingWhereNothingIsSaid) {
    EXPECT_TRUE(accepts("", "application/json"));
    EXPECT_TRUE(accepts(" , ", "application/json"));
    EXPECT_TRUE(accepts("*/*", "application/json"));
}

TEST(Accept, LetsTheMostSpecificRangeDecide) {
    EXPECT_EQ(accept_quality("application/*;q=0.5, */*;q=0.1", "application/json"), 500);
    EXPECT_EQ(accept_quality("*/*;q=0.1, application/json;q=0, application/*", "application/json"), 0);
    EXPECT_EQ(accept_quality("application/json;q=0, */*", "text/plain"), 1000);
    EXPECT_EQ(accept_quality("Application/JSON; charset=utf-8; q=0.9", "application/json"), 900);
    EXPECT_EQ(
        accept_quality("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        800);
}

TEST(Accept, RefusesWhatIsNotNamed) {
    EXPECT_FALSE(accepts("text/html", "application/json"));
    EXPECT_FALSE(accepts("application/jsonp", "application/json"));
    EXPECT_FALSE(accepts("*/json", "application/json"));
    EXPECT_FALSE(accepts("*/*;q=0", "application/json"));
}

TEST(Accept, PassesOverWhatItCannotRead) {
    EXPECT_FALSE(accepts("json", "application/json"));
    EXPECT_FALSE(accepts("application/json;q=2", "application/json"));
    EXPECT_TRUE(accepts("json, application/json", "application/json"));
}

RC_GTEST_PROP(AcceptProperty, AQualityIsAWeight, ()) {
    const auto pieces =
        *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
            "*", "/", "application", "json", ";", "q", "=", "0", "1", ".5", ",", "\"", "\\", " "}));
    std::string field;
    for (const auto& piece : pieces)
        field += piece;
    const int quality = accept_quality(field, "application/json");
    RC_ASSERT(quality >= 0 && quality <= 1000);
    RC_ASSERT(accept_quality(field + "x", "text/plain") <= 1000);
}

} // namespace
} // namespace dialproof::http
