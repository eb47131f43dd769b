#include "app/database_clock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::app {
namespace {

class HandClock final : public ports::Clock {
public:
    [[nodiscard]] Instant now() const override { return now_; }
    void advance(Milliseconds by) { now_ += by; }

private:
    Instant now_{Seconds(1'800'000'000)};
};

// A machine, and a database whose clock is ahead of it.
struct Pair {
    HandClock machine;
    DatabaseClock clock{machine};
    Milliseconds ahead{0};

    // The question takes `there`, the answer `back`.
    void ask(Milliseconds there, Milliseconds back) {
        machine.advance(there);
        const Instant said = machine.now() + ahead;
        machine.advance(back);
        clock.hear(said, there + back);
    }
    [[nodiscard]] Milliseconds error() const {
        return std::chrono::abs(clock.now() - (machine.now() + ahead));
    }
};

Milliseconds some(int from, int to) { return Milliseconds(*rc::gen::inRange(from, to)); }

RC_GTEST_PROP(DatabaseClock, IsNeverFurtherFromTheDatabaseThanTheRoundTripAndItsTolerance, ()) {
    Pair pair;
    for (int i = 0; i < 20; ++i) {
        if (*rc::gen::inRange(0, 4) == 0)
            pair.ahead = some(-100'000, 100'000);
        const Milliseconds there = some(0, 500), back = some(0, 500);
        pair.ask(there, back);
        RC_ASSERT(pair.error() <= there + back + DatabaseClock::tolerance);
    }
}

TEST(DatabaseClock, LeavesAMachineThatIsNearlyRightAlone) {
    Pair pair;
    pair.ahead = Milliseconds(40);
    pair.ask(Milliseconds(1), Milliseconds(1));
    EXPECT_EQ(pair.clock.difference(), Milliseconds(0));
}

TEST(DatabaseClock, BelievesNoAnswerThatTookLong) {
    Pair pair;
    pair.ahead = Milliseconds(5000);
    pair.ask(Milliseconds(0), DatabaseClock::round_trip_max + Milliseconds(1));
    EXPECT_EQ(pair.clock.difference(), Milliseconds(0));
    pair.ask(Milliseconds(5), Milliseconds(5));
    EXPECT_EQ(pair.clock.difference(), Milliseconds(5000));
}

} // namespace
} // namespace dialproof::app
