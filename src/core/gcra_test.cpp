#include "core/gcra.h"

#include "core/test_times.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::core {
namespace {

using namespace std::chrono_literals;

// One limiter as a store keeps it.
struct Limiter {
    Rate rate;
    GcraState state{};

    bool take(Instant now) {
        const auto after = gcra_step(state, rate, now);
        if (after)
            state = *after;
        return after.has_value();
    }
    unsigned burst(Instant now) {
        unsigned taken = 0;
        while (taken <= 2 * rate.count && take(now))
            ++taken;
        return taken;
    }
};

TEST(Gcra, TakesTheWholeCountAtOnceAndThenOneEachInterval) {
    Limiter limiter{{5, 10s}};
    EXPECT_EQ(limiter.burst(start), 5U);
    EXPECT_FALSE(limiter.take(start + 1999ms));
    EXPECT_TRUE(limiter.take(start + 2s));
    EXPECT_FALSE(limiter.take(start + 2s));
}

TEST(Gcra, AnIdlePeriodRefillsTheWholeCountAndNoMore) {
    Limiter limiter{{5, 10s}};
    limiter.burst(start);
    EXPECT_EQ(limiter.burst(start + 10s), 5U);
    EXPECT_EQ(limiter.burst(start + 100h), 5U);
}

// Where the period does not divide by the count, the rounding of the interval must neither add to a burst
// nor take from it.
TEST(Gcra, ABurstIsTheCountWhateverTheRounding) {
    for (const Rate rate : {Rate{3, 10s}, Rate{7, 1s}, Rate{1500, 1s}, Rate{99'999, 3600s}}) {
        Limiter limiter{rate};
        EXPECT_EQ(limiter.burst(start), rate.count);
    }
}

RC_GTEST_PROP(Gcra, ABurstIsNeverMoreNorLessThanTheCount, ()) {
    const Rate rate{*rc::gen::inRange(1U, 20'000U), Seconds(*rc::gen::inRange(1, 100))};
    Limiter limiter{rate};
    RC_ASSERT(limiter.burst(start) == rate.count);
}

TEST(Gcra, AZeroCountIsNoLimit) {
    Limiter limiter{{0, 10s}};
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(limiter.take(start));
}

RC_GTEST_PROP(Gcra, TellsTheFirstMomentThatConforms, ()) {
    Limiter limiter{{*rc::gen::inRange(1U, 10U), Seconds(*rc::gen::inRange(1, 4000))}};
    for (const Instant now : *some_instants(40)) {
        const auto after = gcra_step(limiter.state, limiter.rate, now);
        if (!after) {
            RC_ASSERT(after.error() > now);
            RC_ASSERT(gcra_step(limiter.state, limiter.rate, after.error()).has_value());
            RC_ASSERT(!gcra_step(limiter.state, limiter.rate, after.error() - 1ms).has_value());
        } else {
            limiter.state = *after;
        }
    }
}

// From any event on, no more than one burst and what trickles in meanwhile.
RC_GTEST_PROP(Gcra, HoldsItsRateInTheLongRun, ()) {
    Limiter limiter{{*rc::gen::inRange(1U, 10U), Seconds(*rc::gen::inRange(1, 4000))}};
    std::vector<Instant> taken;
    for (const Instant now : *some_instants(200))
        if (limiter.take(now))
            taken.push_back(now);
    for (std::size_t first = 0; first < taken.size(); ++first)
        for (std::size_t last = first; last < taken.size(); ++last) {
            const auto count = limiter.rate.count;
            const auto trickled = (taken[last] - taken[first]) * count / Milliseconds(limiter.rate.period);
            RC_ASSERT(last - first + 1 <= count + static_cast<std::size_t>(trickled));
        }
}

RC_GTEST_PROP(Gcra, ARefusalSpendsNothing, ()) {
    Limiter limiter{{3, 60s}};
    limiter.burst(start);
    for (const Instant now : *some_instants(20))
        if (now < start + 20s)
            limiter.take(now);
    RC_ASSERT(limiter.take(start + 20s));
}

} // namespace
} // namespace dialproof::core
