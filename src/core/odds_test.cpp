#include "core/odds.h"

#include "core/line.h"
#include "core/test_times.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace dialproof::core {
namespace {

using namespace std::chrono_literals;

// Guesses whenever the line allows it, from `start` for one day. The owner keeps succeeding in between, so
// that the run of misses never ends the attack.
unsigned guesses_of_a_greedy_stranger(const LinePolicy& policy) {
    Line line{*PhoneNumber::parse("+41791234567"), {}, {}, 0};
    constexpr unsigned surely_too_many = 10'000;
    const Instant end = start + 24h;
    unsigned guesses = 0;
    Instant now = start;
    while (now < end && guesses < surely_too_many) {
        if (const auto refused = guess_refused(line, policy, now)) {
            now = std::max(now + 1ms, refused->retry_at.value_or(end));
            continue;
        }
        line = apply(std::move(line), {now, LineGuessMissed{}}, policy);
        line = apply(std::move(line), {now, LineGuessHit{}}, policy);
        ++guesses;
    }
    return guesses;
}

TEST(GuessOdds, OfTheDefaultsAreThirtyGuessesAtAMillionCodes) {
    const auto odds = guess_odds(Policy{}, LinePolicy{});
    EXPECT_EQ(odds.guesses_a_day, 30);
    EXPECT_DOUBLE_EQ(odds.chance, 30e-6);
    EXPECT_EQ(guesses_of_a_greedy_stranger(LinePolicy{}), 30U);
}

RC_GTEST_PROP(GuessOdds, OfOneWindowAreExactlyWhatAStrangerCanSpend, ()) {
    LinePolicy line;
    line.guesses = {{*rc::gen::inRange(1U, 20U), Seconds(*rc::gen::inRange(600, 200'000))}};
    RC_ASSERT(guess_odds(Policy{}, line).guesses_a_day == guesses_of_a_greedy_stranger(line));
}

// Where each longer window is a whole number of the shorter ones, as people configure them.
RC_GTEST_PROP(GuessOdds, OfNestedWindowsAreExactlyWhatAStrangerCanSpend, ()) {
    const auto count = rc::gen::inRange(1U, 40U);
    LinePolicy line;
    line.guesses = {{*count, 900s}, {*count, 3600s}, {*count, 86400s}};
    RC_ASSERT(guess_odds(Policy{}, line).guesses_a_day == guesses_of_a_greedy_stranger(line));
}

RC_GTEST_PROP(GuessOdds, AreNeverLessThanWhatAStrangerCanSpend, ()) {
    LinePolicy line;
    line.guesses = *rc::gen::nonEmpty(rc::gen::container<std::vector<Rate>>(rc::gen::apply(
        [](unsigned count, int seconds) {
            return Rate{count, Seconds(seconds)};
        },
        rc::gen::inRange(1U, 20U), rc::gen::inRange(600, 200'000))));
    RC_ASSERT(guess_odds(Policy{}, line).guesses_a_day >= guesses_of_a_greedy_stranger(line));
}

TEST(GuessOdds, FollowTheShapeOfTheCode) {
    Policy policy;
    policy.code = {4, CodeAlphabet::digits};
    EXPECT_DOUBLE_EQ(guess_odds(policy, LinePolicy{}).chance, 30e-4);
    policy.code = {6, CodeAlphabet::digits_and_capitals};
    EXPECT_DOUBLE_EQ(guess_odds(policy, LinePolicy{}).chance, 30 / 2'176'782'336.0);
}

TEST(GuessOdds, WithoutALimitAreCertainty) {
    LinePolicy line;
    for (const std::vector<Rate>& rates : {std::vector<Rate>{}, std::vector<Rate>{{0, 3600s}}}) {
        line.guesses = rates;
        const auto odds = guess_odds(Policy{}, line);
        EXPECT_TRUE(std::isinf(odds.guesses_a_day));
        EXPECT_EQ(odds.chance, 1.0);
    }
}

TEST(GuessOdds, AnUnlimitedWindowBesideALimitedOneChangesNothing) {
    LinePolicy line;
    line.guesses.push_back({0, 60s});
    EXPECT_EQ(guess_odds(Policy{}, line).guesses_a_day, 30);
}

} // namespace
} // namespace dialproof::core
