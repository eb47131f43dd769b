#include "delivery/circuit_breaker.h"

#include <gtest/gtest.h>

namespace dialproof::delivery {
namespace {

using namespace std::chrono_literals;
using ports::BreakerState;
using enum ports::SubmitOutcome;

struct Breaker : testing::Test {
    CircuitBreaker breaker;
    Instant now{};

    void answer(ports::SubmitOutcome outcome, unsigned times = 1, std::optional<Seconds> retry_after = {}) {
        for (unsigned i = 0; i < times; ++i) {
            breaker.asked(now);
            breaker.answered(outcome, retry_after, now);
        }
    }
};

TEST_F(Breaker, OpensAfterFailuresInARow) {
    answer(unavailable, 2);
    answer(unknown, 2);
    EXPECT_EQ(breaker.state(now), BreakerState::closed);
    answer(accepted);
    answer(unavailable, 4);
    EXPECT_TRUE(breaker.allows(now)) << "they were not in a row";
    answer(unavailable);
    EXPECT_EQ(breaker.state(now), BreakerState::open);
    EXPECT_FALSE(breaker.allows(now + 4999ms));
    EXPECT_EQ(breaker.allows_at(now), now + 5s);
}

TEST_F(Breaker, LetsOneTextTryAndClosesWhenItIsTaken) {
    answer(unavailable, 5);
    now += 5s;
    EXPECT_EQ(breaker.state(now), BreakerState::half_open);
    EXPECT_TRUE(breaker.allows(now));
    breaker.asked(now);
    EXPECT_FALSE(breaker.allows(now)) << "one is under way";
    breaker.answered(accepted, {}, now);
    EXPECT_EQ(breaker.state(now), BreakerState::closed);
    EXPECT_TRUE(breaker.allows(now));
}

TEST_F(Breaker, RestsLongerEachTimeTheTryFails) {
    answer(unavailable, 5);
    for (const Seconds rest : {5s, 10s, 20s, 40s, 60s, 60s}) {
        EXPECT_EQ(breaker.allows_at(now), now + rest);
        now += rest;
        answer(unavailable);
    }
}

TEST_F(Breaker, IsNotHeldShutByATryThatNeverEnded) {
    answer(unavailable, 5);
    now += 5s;
    breaker.asked(now);
    EXPECT_FALSE(breaker.allows(now + 59s));
    EXPECT_TRUE(breaker.allows(now + 60s));
}

TEST_F(Breaker, OpensAtOnceForWhatAnOperatorHasToMend) {
    answer(misconfigured);
    EXPECT_EQ(breaker.allows_at(now), now + 60s);
}

TEST_F(Breaker, WaitsAsLongAsAProviderThatThrottlesAsks) {
    answer(throttled, 1, 7s);
    EXPECT_EQ(breaker.state(now), BreakerState::closed);
    EXPECT_EQ(breaker.allows_at(now), now + 7s);
    answer(throttled, 20);
    EXPECT_TRUE(breaker.allows(now + 7s)) << "throttling is no failure";
}

TEST_F(Breaker, KnowsThatARefusalIsAnAnswer) {
    answer(unavailable, 4);
    answer(refused);
    answer(unavailable, 4);
    EXPECT_TRUE(breaker.allows(now));
}

} // namespace
} // namespace dialproof::delivery
