#include "app/rate_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::app {
namespace {

TEST(RateText, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parse_span("90"), Seconds(90));
    EXPECT_EQ(parse_span("10m"), Seconds(600));
    EXPECT_EQ(parse_span("1d"), Seconds(86400));
    EXPECT_EQ(parse_rate("15/1h"), (core::Rate{15, Seconds(3600)}));
    EXPECT_EQ(parse_rate("none"), core::Rate{});
}

TEST(RateText, RefusesTheRest) {
    for (const auto* text : {"", "m", "-1s", "1w", "1 h", "10mm", "99999999999999999999s", "400d"})
        EXPECT_EQ(parse_span(text), std::nullopt) << text;
    for (const auto* text : {"", "15", "15/", "/1h", "0/1h", "15/0s", "-1/1h", "x/1h", "15/1h/2", "15 /1h"})
        EXPECT_EQ(parse_rate(text), std::nullopt) << text;
}

RC_GTEST_PROP(RateText, WhatIsPrintedIsReadBack, ()) {
    const core::Rate rate{*rc::gen::inRange(1U, 1'000'000U), Seconds(*rc::gen::inRange(1L, 366L * 86400))};
    RC_ASSERT(parse_rate(rate_text(rate)) == rate);
}

} // namespace
} // namespace dialproof::app
