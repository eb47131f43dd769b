#include "core/verification.h"

#include "core/test_times.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace dialproof::core {
namespace {

using namespace std::chrono_literals;

const PhoneNumber number = *PhoneNumber::parse("+41791234567");
const PhoneNumber other_number = *PhoneNumber::parse("+41791234568");

StartVerification start_command() {
    return {VerificationId("v1"),
            UserId("alice"),
            {number, NumberType::mobile, "CH"},
            Purpose::prove_number,
            "zitadel",
            "de-CH",
            7,
            Handover::message,
            "sealed-text"};
}

Verification started(const Policy& policy = {}) {
    return core::apply(Verification{}, decide(start_command(), policy, start));
}

const CheckCode right{true, number, Purpose::prove_number};
const CheckCode wrong{false, number, Purpose::prove_number};

// The verification after a check, and its answer.
Result<Approved, Refused> check(Verification& v, const CheckCode& guess, Instant now,
                                const Policy& policy = {}) {
    const auto decision = decide(v, guess, policy, now);
    v = core::apply(std::move(v), decision.events);
    return decision.answer;
}

Verification renewed(const Verification& v, Instant now, const Policy& policy = {}) {
    return core::apply(v, *decide(v, RenewCode{8, Handover::message}, policy, now));
}

Verification ended(const Verification& v, Instant now) {
    return core::apply(v, decide(v, EndVerification{EndReason::superseded}, now));
}

TEST(Verification, StartsPendingWithItsFirstGeneration) {
    Policy policy;
    policy.code_lifetime = 300s;
    const Verification v = started(policy);
    EXPECT_EQ(v.status, VerificationStatus::pending);
    EXPECT_EQ(v.id, VerificationId("v1"));
    EXPECT_EQ(v.service, ServiceName("default"));
    EXPECT_EQ(v.subject, UserId("alice"));
    EXPECT_EQ(v.number, number);
    EXPECT_EQ(v.region, "CH");
    EXPECT_EQ(v.locale, "de-CH");
    EXPECT_EQ(v.generation, 1U);
    EXPECT_EQ(v.key_number, 7U);
    EXPECT_EQ(v.created_at, start);
    EXPECT_EQ(v.expires_at, start + 300s);
    EXPECT_EQ(v.sequence, 2U);
}

TEST(Verification, TheRightCodeIsAcceptedUpToItsLastMillisecond) {
    Verification v = started();
    EXPECT_TRUE(check(v, right, start + 600s - 1ms));
    EXPECT_EQ(v.status, VerificationStatus::approved);
}

TEST(Verification, TheRightCodeIsTooLateAtItsExpiry) {
    Verification v = started();
    const auto answer = check(v, right, start + 600s);
    EXPECT_EQ(answer.error().reason, Reason::code_expired);
    EXPECT_EQ(v.status, VerificationStatus::pending);
}

TEST(Verification, OnlyTheRightCodeLearnsThatItIsTooLate) {
    Verification v = started();
    EXPECT_EQ(check(v, wrong, start + 600s).error().reason, Reason::code_wrong);
}

TEST(Verification, OnlyTheRightCodeLearnsThatItWasUsed) {
    Verification v = started();
    ASSERT_TRUE(check(v, right, start));
    EXPECT_EQ(check(v, right, start + 1s).error().reason, Reason::already_verified);
    EXPECT_EQ(check(v, wrong, start + 2s).error().reason, Reason::code_wrong);
    EXPECT_EQ(misses_counted(v, Policy{}, start + 2s), 2U) << "neither was free";
}

TEST(Verification, AnotherNumberPurposeOrAnEndedOneIsNothingPendingAndCostsNothing) {
    Verification v = started();
    EXPECT_EQ(check(v, {true, other_number, Purpose::prove_number}, start).error().reason,
              Reason::nothing_pending);
    EXPECT_EQ(check(v, {true, number, Purpose::sign_in}, start).error().reason, Reason::nothing_pending);
    v = ended(v, start);
    EXPECT_EQ(check(v, right, start).error().reason, Reason::nothing_pending);
    EXPECT_TRUE(v.misses.empty());
}

TEST(Verification, TellsHowManyGuessesAreLeft) {
    Verification v = started();
    for (unsigned left : {4U, 3U, 2U, 1U, 0U})
        EXPECT_EQ(check(v, wrong, start).error(), (Refused{Reason::code_wrong, {}, left}));
}

TEST(Verification, SpentGuessesRefuseEvenTheRightCodeUntilTheFirstFades) {
    Verification v = started();
    for (int i = 0; i < 5; ++i)
        check(v, wrong, start + i * 1s);
    const auto refused = check(v, right, start + 10s).error();
    EXPECT_EQ(refused, (Refused{Reason::attempts_spent, start + 3600s, 0U}));
    EXPECT_EQ(v.misses.size(), 5U) << "a guess that was not judged is not counted";

    v = renewed(v, start + 3599s);
    EXPECT_EQ(check(v, right, start + 3600s - 1ms).error().reason, Reason::attempts_spent);
    EXPECT_TRUE(check(v, right, start + 3600s));
}

TEST(Verification, APolicyWithoutGuessesRefusesEachOfThemForGood) {
    Policy none;
    none.guesses = 0;
    const Refused spent{Reason::attempts_spent, {}, 0U};
    Verification v = started();
    EXPECT_EQ(check(v, right, start, none).error(), spent);
    check(v, wrong, start);
    EXPECT_EQ(check(v, right, start, none).error(), spent);
}

TEST(Verification, ANewGenerationHasItsOwnLifetimeKeyAndNoNewGuesses) {
    Verification v = started();
    check(v, wrong, start);
    v = renewed(v, start + 500s);
    EXPECT_EQ(v.generation, 2U);
    EXPECT_EQ(v.key_number, 8U);
    EXPECT_EQ(v.expires_at, start + 1100s);
    EXPECT_EQ(misses_counted(v, Policy{}, start + 500s), 1U);
}

TEST(Verification, OneThatIsOverHasNoNewGeneration) {
    Verification approved = started();
    check(approved, right, start);
    for (const Verification& over : {approved, ended(started(), start)})
        EXPECT_EQ(decide(over, RenewCode{8, Handover::message}, Policy{}, start).error().reason,
                  Reason::nothing_pending);
}

TEST(Verification, EndingWhatIsOverIsNoEvent) {
    Verification approved = started();
    check(approved, right, start);
    for (const Verification& over : {approved, ended(started(), start)})
        EXPECT_TRUE(decide(over, EndVerification{EndReason::superseded}, start).empty());
}

TEST(Verification, ACallersOwnCodeIsForgottenWhenItIsOver) {
    Verification v = started();
    EXPECT_EQ(v.sealed_code, "sealed-text");
    EXPECT_EQ(ended(v, start).sealed_code, "");
    check(v, right, start);
    EXPECT_EQ(v.sealed_code, "");
}

TEST(Verification, NamesAreStable) {
    EXPECT_EQ(to_text(VerificationStatus::pending), "pending");
    EXPECT_EQ(to_text(VerificationStatus::approved), "approved");
    EXPECT_EQ(to_text(VerificationStatus::ended), "ended");
    EXPECT_EQ(to_text(Purpose::prove_number), "prove_number");
    EXPECT_EQ(to_text(Purpose::sign_in), "sign_in");
    EXPECT_EQ(to_text(Channel::sms), "sms");
    EXPECT_EQ(to_text(Handover::message), "message");
    EXPECT_EQ(to_text(Handover::answer), "answer");
    EXPECT_EQ(to_text(Handover::fixed), "fixed");
    EXPECT_EQ(to_text(EndReason::superseded), "superseded");
    EXPECT_EQ(to_text(EndReason::number_removed), "number_removed");
    EXPECT_EQ(to_text(EndReason::user_removed), "user_removed");
}

// Random histories: somebody guesses codes of any generation, for any number and purpose, while codes are
// renewed and the verification may end.

struct Judged {
    Instant at;
    unsigned generation; // whose code was guessed; 0: nobody's
    bool for_this;       // its number and purpose
    Verification before, after;
    CheckDecision decision;
};

struct History {
    Policy policy;
    std::vector<VerificationEvent> events;
    std::vector<Verification> states; // after each event
    std::vector<Judged> checks;
    std::vector<std::pair<Verification, Verification>> renewals; // before and after

    History() {
        policy.guesses = *rc::gen::inRange(1U, 7U);
        policy.guesses_fade = Seconds(*rc::gen::element(1, 600, 3600, 7200));
        policy.code_lifetime = Seconds(*rc::gen::element(60, 600, 3600));
        Verification v;
        take(v, decide(start_command(), policy, start));
        for (const Instant now : *some_instants(60)) {
            switch (*rc::gen::weightedElement<int>({{12, 0}, {4, 1}, {1, 2}})) {
            case 0:
                judge(v, now);
                break;
            case 1: {
                const RenewCode renew{*rc::gen::inRange(1U, 4U), Handover::message};
                const Verification before = v;
                if (const auto renewal = decide(v, renew, policy, now)) {
                    take(v, *renewal);
                    renewals.emplace_back(before, v);
                }
                break;
            }
            default:
                take(v, decide(v, EndVerification{EndReason::superseded}, now));
            }
        }
    }

    void judge(Verification& v, Instant now) {
        const unsigned generation = *rc::gen::inRange(0U, v.generation + 1);
        const CheckCode guess{
            generation == v.generation,
            *rc::gen::weightedElement<PhoneNumber>({{9, number}, {1, other_number}}),
            *rc::gen::weightedElement<Purpose>({{9, Purpose::prove_number}, {1, Purpose::sign_in}})};
        const bool for_this = guess.number == number && guess.purpose == Purpose::prove_number;
        const Verification before = v;
        auto decision = decide(v, guess, policy, now);
        take(v, decision.events);
        checks.push_back({now, generation, for_this, before, v, std::move(decision)});
    }

    void take(Verification& v, const std::vector<VerificationEvent>& decided) {
        for (const auto& event : decided) {
            v = core::apply(std::move(v), event);
            events.push_back(event);
            states.push_back(v);
        }
    }
};

RC_GTEST_PROP(VerificationHistory, ApprovesAtMostOnce, ()) {
    const History history;
    const auto approvals = std::count_if(history.checks.begin(), history.checks.end(),
                                         [](const Judged& c) { return c.decision.answer.has_value(); });
    RC_ASSERT(approvals <= 1);
}

RC_GTEST_PROP(VerificationHistory, ApprovesOnlyTheNewestCodeOfThisNumberAndPurposeInTime, ()) {
    for (const Judged& c : History().checks)
        if (c.decision.answer) {
            RC_ASSERT(c.for_this);
            RC_ASSERT(c.generation == c.before.generation);
            RC_ASSERT(c.at < c.before.expires_at);
            RC_ASSERT(c.before.status == VerificationStatus::pending);
            RC_ASSERT(c.after.status == VerificationStatus::approved);
        }
}

RC_GTEST_PROP(VerificationHistory, NoGuessThatWasJudgedIsFree, ()) {
    for (const Judged& c : History().checks) {
        if (c.decision.answer)
            continue;
        const Reason reason = c.decision.answer.error().reason;
        const bool judged = reason == Reason::code_wrong || reason == Reason::code_expired ||
                            reason == Reason::already_verified;
        RC_ASSERT(c.decision.events.size() == (judged ? 1U : 0U));
        RC_ASSERT(judged == (c.after.misses != c.before.misses));
    }
}

RC_GTEST_PROP(VerificationHistory, NoTimeOfFadingHoldsMoreMissesThanAllowed, ()) {
    const History history;
    std::vector<Instant> misses;
    for (const auto& event : history.events)
        if (std::holds_alternative<GuessMissed>(event.what))
            misses.push_back(event.at);
    for (const Instant last : misses) {
        const auto inside = std::count_if(misses.begin(), misses.end(), [&](Instant at) {
            return at <= last && last - at < history.policy.guesses_fade;
        });
        RC_ASSERT(static_cast<unsigned>(inside) <= history.policy.guesses);
    }
}

RC_GTEST_PROP(VerificationHistory, ANewGenerationNeverRefillsTheGuesses, ()) {
    const History history;
    for (const auto& [before, after] : history.renewals) {
        RC_ASSERT(after.generation == before.generation + 1);
        RC_ASSERT(after.misses == before.misses);
    }
}

RC_GTEST_PROP(VerificationHistory, GuessesLeftAreCountedDownTruly, ()) {
    const History history;
    for (const Judged& c : history.checks)
        if (!c.decision.answer && c.decision.answer.error().attempts_left)
            RC_ASSERT(*c.decision.answer.error().attempts_left ==
                      history.policy.guesses - misses_counted(c.after, history.policy, c.at));
}

RC_GTEST_PROP(VerificationHistory, WhatIsOverStaysOver, ()) {
    const History history;
    for (std::size_t i = 1; i < history.states.size(); ++i)
        if (history.states[i - 1].status != VerificationStatus::pending)
            RC_ASSERT(history.states[i].status == history.states[i - 1].status);
}

RC_GTEST_PROP(VerificationHistory, ReplayGivesTheSameStateAtEachStep, ()) {
    const History history;
    Verification replayed;
    for (std::size_t i = 0; i < history.events.size(); ++i) {
        replayed = core::apply(std::move(replayed), history.events[i]);
        RC_ASSERT(replayed == history.states[i]);
        RC_ASSERT(replayed.sequence == i + 1);
        RC_ASSERT(replayed.changed_at == history.events[i].at);
    }
}

RC_GTEST_PROP(VerificationHistory, NoMoreMissesAreKeptThanCount, ()) {
    const History history;
    for (const Verification& v : history.states)
        RC_ASSERT(v.misses.size() <= history.policy.guesses);
}

} // namespace
} // namespace dialproof::core
