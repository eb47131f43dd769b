#include "wire/smpp/send_rate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::wire::smpp {
namespace {

const Instant start = *parse_rfc3339("2026-01-05T10:00:00Z");

// Takes whenever it may, from `from` on for `time`.
unsigned taken_in(SendRate& rate, Instant from, Milliseconds time) {
    unsigned taken = 0;
    for (Instant now = from; now < from + time; now += Milliseconds(1))
        while (rate.take(now))
            ++taken;
    return taken;
}

RC_GTEST_PROP(SendRate, GivesWhatItWasSetTo, ()) {
    const auto per_second = *rc::gen::inRange(1U, 500U);
    SendRate rate(per_second, start);
    const auto taken = taken_in(rate, start, Seconds(10));
    RC_ASSERT(taken >= 10 * per_second);
    RC_ASSERT(taken <= 10 * per_second + per_second / 10 + 1);
}

RC_GTEST_PROP(SendRate, SaysWhenTheNextMayGo, ()) {
    SendRate rate(*rc::gen::inRange(1U, 500U), start);
    Instant now = start;
    for (unsigned left = 20; left > 0; --left) {
        if (*rc::gen::inRange(0, 10) == 0)
            rate.slow_down(now);
        const auto next = rate.next_at(now);
        RC_ASSERT(next >= now);
        RC_ASSERT(rate.take(next + Milliseconds(1)));
        now = next + Milliseconds(1);
    }
}

TEST(SendRate, HalvesAndPausesAndGrowsBackByATwentiethASecond) {
    SendRate rate(100, start);
    EXPECT_TRUE(rate.slow_down(start));
    EXPECT_FALSE(rate.slow_down(start + Milliseconds(999)));
    EXPECT_EQ(taken_in(rate, start, Seconds(1)), 0U);
    EXPECT_DOUBLE_EQ(rate.per_second(), 50);
    const auto taken = taken_in(rate, start + Seconds(1), Seconds(1));
    EXPECT_NEAR(taken, 52, 1);
    EXPECT_NEAR(rate.per_second(), 55, 0.1);
    taken_in(rate, start + Seconds(2), Seconds(10));
    EXPECT_DOUBLE_EQ(rate.per_second(), 100);
    EXPECT_TRUE(rate.slow_down(start + Seconds(12)));
}

TEST(SendRate, YieldsByATenthASecondWhileTheCentreNearsCongestion) {
    SendRate rate(100, start);
    EXPECT_FALSE(rate.congested(89, start)); // as busy as it likes to be
    EXPECT_DOUBLE_EQ(rate.per_second(), 100);
    EXPECT_TRUE(rate.congested(90, start));
    EXPECT_FALSE(rate.congested(99, start + Milliseconds(999)));
    EXPECT_DOUBLE_EQ(rate.per_second(), 90);
    EXPECT_FALSE(rate.congested(99, start + Seconds(1)));
    EXPECT_DOUBLE_EQ(rate.per_second(), 81);
    EXPECT_GT(taken_in(rate, start + Seconds(1), Seconds(1)), 80U) << "it does not pause";
    EXPECT_FALSE(rate.congested(50, start + Seconds(4)));
    EXPECT_NEAR(rate.per_second(), 91, 0.1);
}

TEST(SendRate, HoldsFullCongestionForTooMuch) {
    SendRate rate(100, start);
    EXPECT_TRUE(rate.congested(100, start));
    EXPECT_DOUBLE_EQ(rate.per_second(), 50);
    EXPECT_EQ(taken_in(rate, start, Seconds(1)), 0U);
}

TEST(SendRate, NeverStandsStill) {
    SendRate rate(16, start);
    for (int second = 0; second < 100; ++second)
        rate.slow_down(start + Seconds(2 * second));
    EXPECT_GE(rate.per_second(), 1);
}

} // namespace
} // namespace dialproof::wire::smpp
