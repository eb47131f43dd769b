#include "core/line.h"

#include "core/test_times.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dialproof::core {
namespace {

using namespace std::chrono_literals;

Line fresh_line() { return {*PhoneNumber::parse("+41791234567"), {}, {}, 0}; }

Line sent(Line line, Instant at, const LinePolicy& policy = {}) {
    return core::apply(std::move(line), {at, LineSentTo{}}, policy);
}
Line missed(Line line, Instant at, const LinePolicy& policy = {}) {
    return core::apply(std::move(line), {at, LineGuessMissed{}}, policy);
}
Line hit(Line line, Instant at, const LinePolicy& policy = {}) {
    return core::apply(std::move(line), {at, LineGuessHit{}}, policy);
}

rc::Gen<std::vector<Rate>> some_rates() {
    const auto rate = rc::gen::apply(
        [](unsigned count, int seconds) {
            return Rate{count, Seconds(seconds)};
        },
        rc::gen::inRange(0U, 8U), rc::gen::element(1, 60, 600, 3600, 7200, 86400));
    return rc::gen::container<std::vector<Rate>>(rate);
}

rc::Gen<std::vector<Seconds>> some_gaps() {
    return rc::gen::container<std::vector<Seconds>>(rc::gen::map(
        rc::gen::element(0, 1, 60, 120, 300, 900, 3600, 7200), [](int s) { return Seconds(s); }));
}

// At most `rate.count` of these, which are in order, lie within any one period. Windows that end with one
// of them are the fullest.
bool holds_in_every_window(const std::vector<Instant>& instants, Rate rate) {
    if (!rate.limited())
        return true;
    for (std::size_t last = 0; last < instants.size(); ++last) {
        const auto inside =
            std::count_if(instants.begin(), instants.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                          [&](Instant at) { return instants[last] - at < rate.period; });
        if (static_cast<unsigned>(inside) > rate.count)
            return false;
    }
    return true;
}

// Sends

TEST(LineSends, EachGapIsLongerThanTheOneBefore) {
    const LinePolicy policy;
    Line line = fresh_line();
    Instant now = start;
    for (const Seconds gap : {60s, 120s, 300s, 900s}) {
        line = sent(std::move(line), now);
        EXPECT_EQ(send_refused(line, policy, now + gap - 1ms)->reason, Reason::send_too_soon);
        EXPECT_EQ(send_refused(line, policy, now + gap - 1ms)->retry_at, now + gap);
        EXPECT_FALSE(send_refused(line, policy, now + gap));
        now += gap;
    }
}

TEST(LineSends, TheGapsStartAnewAfterAQuietHour) {
    Line line = fresh_line();
    for (const Seconds after : {0s, 60s, 180s})
        line = sent(std::move(line), start + after);
    const Instant later = start + 180s + 1h;
    line = sent(std::move(line), later);
    EXPECT_EQ(send_refused(line, LinePolicy{}, later)->retry_at, later + 60s);
}

TEST(LineSends, ASendLeavesTheLastHourWhenItIsAnHourOld) {
    const Line within = sent(sent(fresh_line(), start), start + 1h - 1ms);
    EXPECT_EQ(send_refused(within, LinePolicy{}, start + 1h)->retry_at, start + 1h - 1ms + 120s);
    const Line after = sent(sent(fresh_line(), start), start + 1h);
    EXPECT_EQ(send_refused(after, LinePolicy{}, start + 1h)->retry_at, start + 1h + 60s);
}

TEST(LineSends, TheGapDoesNotShrinkWhileOneWaitsForIt) {
    LinePolicy policy;
    policy.send_gaps = {60s, 2h};
    const Line line = sent(sent(fresh_line(), start), start + 60s);
    // After an hour only one send is left in the last hour, but the gap after the second is still running.
    EXPECT_EQ(send_refused(line, policy, start + 61min + 1s)->retry_at, start + 60s + 2h);
}

TEST(LineSends, TheFifthInTenMinutesIsTheLast) {
    LinePolicy policy;
    policy.send_gaps.clear();
    Line line = fresh_line();
    for (int i = 0; i < 5; ++i) {
        ASSERT_FALSE(send_refused(line, policy, start + i * 1s));
        line = sent(std::move(line), start + i * 1s, policy);
    }
    const auto refused = send_refused(line, policy, start + 10s);
    EXPECT_EQ(refused->reason, Reason::send_limit_reached);
    EXPECT_EQ(refused->retry_at, start + 600s) << "when the first one leaves the window";
    EXPECT_FALSE(send_refused(line, policy, start + 600s));
}

TEST(LineSends, BothAFullWindowAndARunningGapAreWaitedFor) {
    LinePolicy policy;
    policy.send_gaps = {900s};
    policy.sends = {{1, 60s}};
    const auto refused = send_refused(sent(fresh_line(), start, policy), policy, start + 1s);
    EXPECT_EQ(refused->reason, Reason::send_limit_reached);
    EXPECT_EQ(refused->retry_at, start + 900s);
}

TEST(LineSends, GuessesDoNotStandInTheirWay) {
    Line line = fresh_line();
    for (int i = 0; i < 100; ++i)
        line = missed(std::move(line), start);
    EXPECT_FALSE(send_refused(line, LinePolicy{}, start));
}

struct SendHistory {
    LinePolicy policy;
    std::vector<Instant> sends;
    Line line = fresh_line();

    SendHistory() {
        policy.sends = *some_rates();
        policy.send_gaps = *some_gaps();
        for (const Instant now : *some_instants(80))
            if (!send_refused(line, policy, now)) {
                line = sent(std::move(line), now, policy);
                sends.push_back(now);
            }
    }
};

RC_GTEST_PROP(LineSends, NoWindowEverHoldsMoreThanItsCount, ()) {
    const SendHistory history;
    for (const Rate& rate : history.policy.sends)
        RC_ASSERT(holds_in_every_window(history.sends, rate));
}

RC_GTEST_PROP(LineSends, NoTwoSendsLieInsideTheGap, ()) {
    const SendHistory history;
    const auto& gaps = history.policy.send_gaps;
    for (std::size_t i = 1; i < history.sends.size() && !gaps.empty(); ++i) {
        std::size_t in_last_hour = 0;
        for (std::size_t before = 0; before < i; ++before)
            in_last_hour += history.sends[i - 1] - history.sends[before] < 1h ? 1 : 0;
        RC_ASSERT(history.sends[i] - history.sends[i - 1] >= gaps[std::min(in_last_hour, gaps.size()) - 1]);
    }
}

RC_GTEST_PROP(LineSends, ARefusalTellsTheFirstMomentThatWorks, ()) {
    const SendHistory history;
    const Instant now = start + *some_pause() + *some_pause();
    RC_PRE(history.sends.empty() || now >= history.sends.back());
    const auto refused = send_refused(history.line, history.policy, now);
    RC_PRE(refused.has_value());
    RC_ASSERT(*refused->retry_at > now);
    RC_ASSERT(send_refused(history.line, history.policy, *refused->retry_at - 1ms).has_value());
    RC_ASSERT(!send_refused(history.line, history.policy, *refused->retry_at).has_value());
}

RC_GTEST_PROP(LineSends, NoMoreIsKeptThanTheLimitsNeed, ()) {
    const SendHistory history;
    std::size_t needed = history.policy.send_gaps.size();
    for (const Rate& rate : history.policy.sends)
        needed = std::max<std::size_t>(needed, rate.count);
    RC_ASSERT(history.line.sends.size() <= needed);
    RC_ASSERT(std::is_sorted(history.line.sends.begin(), history.line.sends.end()));
}

// Guesses

TEST(LineGuesses, FifteenAnHourAndThirtyADay) {
    const LinePolicy policy;
    Line line = fresh_line();
    const auto spend_all = [&](Instant now) {
        unsigned spent = 0;
        for (; spent < 100 && !guess_refused(line, policy, now); ++spent)
            line = missed(std::move(line), now);
        return spent;
    };
    EXPECT_EQ(spend_all(start), 15U);
    EXPECT_EQ(guess_refused(line, policy, start)->retry_at, start + 1h);
    EXPECT_EQ(spend_all(start + 1h), 15U);
    EXPECT_EQ(spend_all(start + 2h), 0U);
    EXPECT_EQ(guess_refused(line, policy, start + 2h)->retry_at, start + 24h);
    EXPECT_EQ(spend_all(start + 24h), 15U);
}

TEST(LineGuesses, ASuccessOfTheOwnerRefillsNoWindow) {
    const LinePolicy policy;
    Line line = fresh_line();
    for (int i = 0; i < 15; ++i)
        line = missed(std::move(line), start);
    line = hit(std::move(line), start);
    EXPECT_EQ(guess_refused(line, policy, start)->reason, Reason::attempts_spent);
    EXPECT_EQ(guesses_left(line, policy, start), 0U);
}

Line after_a_run_of(unsigned misses, const LinePolicy& policy) {
    Line line = fresh_line();
    for (unsigned i = 0; i < misses; ++i)
        line = missed(std::move(line), start + i * 24h, policy);
    return line;
}

TEST(LineGuesses, AHundredInARowStopForGood) {
    const LinePolicy policy;
    EXPECT_FALSE(guess_refused(after_a_run_of(99, policy), policy, start + 100 * 24h));
    const auto refused = guess_refused(after_a_run_of(100, policy), policy, start + 10'000 * 24h);
    EXPECT_EQ(refused->reason, Reason::attempts_spent);
    EXPECT_FALSE(refused->retry_at) << "no waiting helps";
    EXPECT_EQ(guesses_left(after_a_run_of(100, policy), policy, start + 10'000 * 24h), 0U);
}

TEST(LineGuesses, ASuccessEndsTheRun) {
    const LinePolicy policy;
    const Instant later = start + 100 * 24h;
    const Line line = hit(after_a_run_of(99, policy), later);
    EXPECT_EQ(line.misses_in_row, 0U);
    EXPECT_FALSE(guess_refused(missed(line, later), policy, later));
}

TEST(LineGuesses, AnOperatorForgivesGuessesAndNotSends) {
    const LinePolicy policy;
    Line line = sent(after_a_run_of(100, policy), start + 100 * 24h);
    line = core::apply(std::move(line), {start + 100 * 24h, LineCleared{}}, policy);
    EXPECT_FALSE(guess_refused(line, policy, start + 100 * 24h));
    EXPECT_EQ(guesses_left(line, policy, start + 100 * 24h), 15U);
    EXPECT_TRUE(send_refused(line, policy, start + 100 * 24h));
}

struct GuessHistory {
    LinePolicy policy;
    std::vector<Instant> misses;
    unsigned longest_run = 0;
    Line line = fresh_line();

    GuessHistory() {
        policy.guesses = *some_rates();
        policy.guesses_in_row_max = *rc::gen::inRange(1U, 60U);
        unsigned run = 0;
        for (const Instant now : *some_instants(80)) {
            if (guess_refused(line, policy, now))
                continue;
            const bool right = *rc::gen::weightedElement<bool>({{1, true}, {9, false}});
            line = right ? hit(std::move(line), now, policy) : missed(std::move(line), now, policy);
            run = right ? 0 : run + 1;
            longest_run = std::max(longest_run, run);
            if (!right)
                misses.push_back(now);
        }
    }
};

RC_GTEST_PROP(LineGuesses, NoWindowEverHoldsMoreMissesThanItsCount, ()) {
    const GuessHistory history;
    for (const Rate& rate : history.policy.guesses)
        RC_ASSERT(holds_in_every_window(history.misses, rate));
}

RC_GTEST_PROP(LineGuesses, NoRunIsLongerThanAllowed, ()) {
    const GuessHistory history;
    RC_ASSERT(history.longest_run <= history.policy.guesses_in_row_max);
}

RC_GTEST_PROP(LineGuesses, ARefusalTellsTheFirstMomentThatWorks, ()) {
    const GuessHistory history;
    const Instant now = history.misses.empty() ? start : history.misses.back() + *some_pause();
    const auto refused = guess_refused(history.line, history.policy, now);
    RC_PRE(refused && refused->retry_at);
    RC_ASSERT(*refused->retry_at > now);
    RC_ASSERT(guess_refused(history.line, history.policy, *refused->retry_at - 1ms).has_value());
    RC_ASSERT(!guess_refused(history.line, history.policy, *refused->retry_at).has_value());
}

RC_GTEST_PROP(LineGuesses, WhatIsLeftCanBeSpentAtOnceAndNoMore, ()) {
    const GuessHistory history;
    const Instant now = history.misses.empty() ? start : history.misses.back() + *some_pause();
    Line line = history.line;
    for (unsigned left = guesses_left(line, history.policy, now); left > 0; --left) {
        RC_ASSERT(!guess_refused(line, history.policy, now).has_value());
        RC_ASSERT(guesses_left(line, history.policy, now) == left);
        line = missed(std::move(line), now, history.policy);
    }
    RC_ASSERT(guess_refused(line, history.policy, now).has_value());
}

RC_GTEST_PROP(LineGuesses, NoMoreIsKeptThanTheLimitsNeed, ()) {
    const GuessHistory history;
    std::size_t needed = 0;
    for (const Rate& rate : history.policy.guesses)
        needed = std::max<std::size_t>(needed, rate.count);
    RC_ASSERT(history.line.misses.size() <= needed);
}

// A reload may make the limits stricter: what is remembered is judged by them at once.
TEST(LineGuesses, AStricterPolicyHoldsForWhatHappenedBefore) {
    LinePolicy policy;
    Line line = fresh_line();
    for (int i = 0; i < 10; ++i)
        line = missed(std::move(line), start + i * 1s, policy);
    policy.guesses = {{3, 3600s}};
    EXPECT_EQ(guess_refused(line, policy, start + 10s)->retry_at, start + 7s + 1h);
    EXPECT_EQ(guesses_left(line, policy, start + 10s), 0U);
}

TEST(LineProofs, OfADoorOnlyTheNewestIsKnownAndDoorsDoNotKnowEachOther) {
    Line line{*PhoneNumber::parse("+41791234567"), {}, {}, 0};
    const LinePolicy policy;
    const auto began = [&](const char* door, const char* id, Instant at) {
        line = core::apply(line, {at, LineProofStarted{door, VerificationId(id), at + Seconds{600}}}, policy);
    };
    began("a", "v1", start);
    began("b", "v2", start);
    began("a", "v3", start + Seconds{60});
    line = core::apply(line, {start + Seconds{61}, LineCleared{}}, policy);
    EXPECT_EQ(line.proofs,
              (std::map<std::string, LineProof>{{"a", {VerificationId("v3"), start + Seconds{660}}},
                                                {"b", {VerificationId("v2"), start + Seconds{600}}}}));
}

TEST(LineSends, AGapOfItsOwnTakesThePlaceOfThePolicysButNoWindows) {
    const LinePolicy policy;
    Line line{*PhoneNumber::parse("+41791234567"), {start}, {}, 0};
    EXPECT_TRUE(send_refused(line, policy, start + Seconds{30}));
    EXPECT_EQ(send_refused(line, policy, start + Seconds{19}, Seconds{20}),
              (Refused{Reason::send_too_soon, start + Seconds{20}, {}}));
    EXPECT_FALSE(send_refused(line, policy, start + Seconds{20}, Seconds{20}));
    for (int i = 1; i < 5; ++i)
        line = core::apply(line, {start + Seconds{20 * i}, LineSentTo{}}, policy);
    EXPECT_EQ(send_refused(line, policy, start + Seconds{200}, Seconds{20})->reason,
              Reason::send_limit_reached);
}

} // namespace
} // namespace dialproof::core
