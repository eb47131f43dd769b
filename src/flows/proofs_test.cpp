#include "flows/proofs.h"

#include "flows/test_world.h"
#include "flows/transact.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;

const core::NumberFacts number = mobile("+41791234567");
const core::ServiceName service("default");

Answer<StartedProof> start(TestWorld& world, const Caller& caller = anybody(),
                           const core::NumberFacts& to = number, std::optional<core::Code> code = {}) {
    const StartProof command{service, to, core::Purpose::prove_number, std::move(code)};
    return world.wait(world.proofs.start(caller, command));
}

CheckProof guess_of(const core::VerificationId& id, const std::string& code) {
    return {service, id, number.number, core::Purpose::prove_number, code};
}

Answer<core::Approved> check(TestWorld& world, const CheckProof& guess, const Caller& caller = anybody()) {
    return world.wait(world.proofs.check(caller, guess));
}
Answer<core::Approved> check(TestWorld& world, const core::VerificationId& id, const std::string& code) {
    return check(world, guess_of(id, code));
}

// What a guess is counted on.
std::pair<std::size_t, std::size_t> misses(TestWorld& world, const core::VerificationId& id) {
    return {world.verification(id).misses.size(), world.line(number.number).misses.size()};
}

// Deadlines

TEST(Deadline, NothingIsCommittedOnceItHasPassedNotEvenAGuess) {
    TestWorld world;
    const auto started = start(world);
    Caller late = anybody();
    late.deadline = world.clock.now();
    EXPECT_EQ(outcome(start(world, late, mobile("+41791234568"))), "unavailable");
    EXPECT_TRUE(world.line(mobile("+41791234568").number).sends.empty());
    EXPECT_EQ(outcome(check(world, guess_of(started->id, "000000"), late)), "unavailable");
    EXPECT_EQ(misses(world, started->id), (std::pair<std::size_t, std::size_t>{0, 0}));
}

TEST(Deadline, ACallInTimeIsLikeAnyOther) {
    TestWorld world;
    Caller in_time = anybody();
    in_time.deadline = world.clock.now() + 1ms;
    EXPECT_EQ(outcome(start(world, in_time)), "granted");
}

// Starting

TEST(StartProof, QueuesOneMessageForTheFirstGenerationAndWakesTheOutbox) {
    TestWorld world;
    const auto started = start(world);
    ASSERT_EQ(outcome(started), "granted");
    EXPECT_EQ(started->expires_at, world.clock.now() + 600s);

    const auto messages = world.messages(started->id);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].to, number.number);
    EXPECT_EQ(messages[0].generation, 1U);
    EXPECT_EQ(messages[0].locale, "en");
    EXPECT_EQ(messages[0].state, ports::MessageState::queued);
    EXPECT_EQ(messages[0].due_at, world.clock.now());
    EXPECT_EQ(messages[0].expires_at, started->expires_at);
    EXPECT_EQ(world.outbox.wakes, 1U);
    EXPECT_EQ(world.line(number.number).sends, (std::vector{world.clock.now()}));
    EXPECT_EQ(world.meter.lines, (std::vector<std::string>{"started default django"}));
}

TEST(StartProof, TheMessageGetsTheLinesOfItsClientAndNoneOfAStranger) {
    core::Rules rules = open_rules();
    auto& policy = rules.services.at(service);
    policy.web_domains = {"example.com", "app.example.com"};
    TestWorld world(rules);
    Caller caller = anybody();
    caller.client = {core::ClientKind::web, "app.example.com", ""};
    const auto named = start(world, caller);
    EXPECT_EQ(world.messages(named->id).at(0).autofill, (core::Autofill{"app.example.com", ""}));
    caller.client.domain = "evil.example";
    const auto other = start(world, caller, mobile("+41791234568"));
    EXPECT_EQ(world.messages(other->id).at(0).autofill, (core::Autofill{"example.com", ""}));
}

TEST(StartProof, ToANumberThatIsNotAllowedLeavesNothing) {
    TestWorld world;
    core::NumberFacts premium = number;
    premium.type = core::NumberType::premium_rate;
    EXPECT_EQ(outcome(start(world, anybody(), premium)), "number_not_allowed");
    EXPECT_EQ(world.snapshot(), Snapshot{});
    EXPECT_EQ(world.outbox.wakes, 0U);
}

TEST(StartProof, InsideOfTheGapIsRefusedAndTheEarlierOneLives) {
    TestWorld world;
    const auto first = start(world);
    world.clock.advance(59s);
    const auto before = world.snapshot();
    const auto refused = refusal(start(world));
    EXPECT_EQ(refused.reason, core::Reason::send_too_soon);
    EXPECT_EQ(refused.retry_at, world.clock.now() + 1s);
    EXPECT_EQ(world.snapshot(), before);
    EXPECT_EQ(outcome(check(world, first->id, world.code_of(first->id))), "granted");
}

TEST(StartProof, EndsTheEarlierOneOfTheNumber) {
    TestWorld world;
    const auto first = start(world);
    const std::string first_code = world.code_of(first->id);
    world.clock.advance(60s);
    const auto second = start(world);
    ASSERT_EQ(outcome(second), "granted");
    EXPECT_EQ(world.event_types(ports::StreamKind::verification, first->id.text),
              (std::vector<std::string>{"verification_started", "code_made", "ended"}));
    EXPECT_EQ(outcome(check(world, first->id, first_code)), "nothing_pending");
    EXPECT_EQ(outcome(check(world, second->id, first_code)), "code_wrong");
    EXPECT_EQ(outcome(check(world, second->id, world.code_of(second->id))), "granted");
}

TEST(StartProof, LeavesWhatAnotherDialectHasPendingButSharesItsGap) {
    TestWorld world;
    Caller other = anybody("192.0.2.9");
    other.dialect = "techno";
    const auto first = start(world, other);
    EXPECT_EQ(outcome(start(world)), "send_too_soon");
    world.clock.advance(60s);
    ASSERT_EQ(outcome(start(world)), "granted");
    EXPECT_EQ(world.verification(first->id).status, core::VerificationStatus::pending);
}

TEST(StartProof, InAServiceThatIsNotThereIsAFaultAndNotARefusal) {
    TestWorld world;
    const StartProof command{core::ServiceName("gone"), number, core::Purpose::prove_number, {}};
    EXPECT_EQ(outcome(world.wait(world.proofs.start(anybody(), command))), "unavailable");
    EXPECT_EQ(world.snapshot(), Snapshot{});
}

TEST(StartProof, SixteenAtOnceSendOneMessage) {
    TestWorld world;
    std::vector<Task<Answer<StartedProof>>> tasks;
    const StartProof command{service, number, core::Purpose::prove_number, {}};
    for (int i = 0; i < 16; ++i)
        tasks.push_back(world.proofs.start(anybody(), command));
    const auto answers = world.order.wait_for_all(std::move(tasks));
    EXPECT_EQ(
        std::count_if(answers.begin(), answers.end(), [](const auto& a) { return outcome(a) == "granted"; }),
        1);
    EXPECT_EQ(world.line(number.number).sends.size(), 1U);
    EXPECT_EQ(world.snapshot().messages.size(), 1U);
}

// Checking

TEST(CheckProof, TheCodeThatWasSentIsApprovedOnce) {
    TestWorld world;
    const auto id = start(world)->id;
    const std::string code = world.code_of(id);
    EXPECT_EQ(outcome(check(world, id, code)), "granted");
    EXPECT_EQ(world.verification(id).status, core::VerificationStatus::approved);
    EXPECT_EQ(outcome(check(world, id, code)), "already_verified");
    EXPECT_EQ(world.meter.count("checked django approved"), 1);
}

TEST(CheckProof, ForgivesTheSpaceThatPeoplePaste) {
    TestWorld world;
    const auto id = start(world)->id;
    EXPECT_EQ(outcome(check(world, id, " " + world.code_of(id) + "\n")), "granted");
}

TEST(CheckProof, AWrongGuessIsRefusedAndCountedInOneCommit) {
    TestWorld world;
    const auto id = start(world)->id;
    const unsigned commits = world.store.commits;
    const auto refused = refusal(check(world, id, world.wrong_code(id)));
    EXPECT_EQ(refused.reason, core::Reason::code_wrong);
    EXPECT_EQ(refused.attempts_left, 4U);
    EXPECT_EQ(misses(world, id), std::pair(std::size_t{1}, std::size_t{1}));
    EXPECT_EQ(world.store.commits, commits + 1);
    EXPECT_EQ(world.event_types(ports::StreamKind::verification, id.text).back(), "guess_missed");
}

TEST(CheckProof, WhoHasNotTheRightIdNumberPurposeServiceAndDialectSpendsNothing) {
    TestWorld world;
    const auto id = start(world)->id;
    const CheckProof right = guess_of(id, world.code_of(id));
    CheckProof other_id = right, other_number = right, other_purpose = right, other_service = right;
    other_id.id = core::VerificationId("ffffffffffffffffffffffffffffffff");
    other_number.number = *core::PhoneNumber::parse("+41791234568");
    other_purpose.purpose = core::Purpose::sign_in;
    other_service.service = core::ServiceName("brand");
    for (const auto& guess : {other_id, other_number, other_purpose, other_service})
        EXPECT_EQ(outcome(check(world, guess)), "nothing_pending");
    Caller other_dialect = anybody();
    other_dialect.dialect = "techno";
    EXPECT_EQ(outcome(check(world, right, other_dialect)), "nothing_pending");

    EXPECT_EQ(misses(world, id), std::pair(std::size_t{0}, std::size_t{0}));
    EXPECT_EQ(outcome(check(world, right)), "granted");
}

TEST(CheckProof, AUsersVerificationIsNotToBeCheckedByItsId) {
    TestWorld world;
    const NewUser alice{core::UserId("alice"), service, {}, PhoneChange{number, core::Proof::message}};
    Caller administrator_here = administrator();
    administrator_here.dialect = "django";
    const auto added = world.wait(world.users.add(administrator_here, alice));
    const auto id = added->user.pending->verification;
    EXPECT_EQ(outcome(check(world, id, world.code_of(id))), "nothing_pending");
}

TEST(CheckProof, RefusesInTheOrderThatIsPromised) {
    TestWorld world;
    const auto id = start(world)->id;
    const std::string right = world.code_of(id), wrong = world.wrong_code(id);
    world.clock.advance(600s);
    EXPECT_EQ(outcome(check(world, id, wrong)), "code_wrong") << "before its age is told";
    EXPECT_EQ(outcome(check(world, id, right)), "code_expired");
    for (int i = 0; i < 3; ++i)
        check(world, id, wrong);
    EXPECT_EQ(outcome(check(world, id, right)), "attempts_spent") << "before the code is looked at";
    CheckProof other = guess_of(id, right);
    other.number = *core::PhoneNumber::parse("+41791234568");
    EXPECT_EQ(outcome(check(world, other)), "nothing_pending") << "before the guesses are counted";

    core::Rules rules = open_rules();
    rules.services[service].checks_per_caller = {1, 600s};
    world.rules.replace(rules);
    EXPECT_EQ(outcome(check(world, other)), "check_limit_reached") << "before anything";
}

TEST(CheckProof, OverTheCallersLimitNotEvenTheRightCodeIsJudged) {
    core::Rules rules = open_rules();
    rules.services[service].checks_per_caller = {2, 600s};
    TestWorld world(rules);
    const auto id = start(world)->id;
    check(world, id, world.wrong_code(id));
    check(world, id, world.wrong_code(id));
    const auto before = world.snapshot();
    const auto refused = refusal(check(world, id, world.code_of(id)));
    EXPECT_EQ(refused.reason, core::Reason::check_limit_reached);
    EXPECT_EQ(refused.retry_at, world.clock.now() + 300s);
    EXPECT_EQ(world.snapshot(), before);
}

TEST(CheckProof, AnUnknownIdCostsTheStoreWhatAWrongCodeCosts) {
    TestWorld world;
    const auto id = start(world)->id;
    const auto cost = [&](const core::VerificationId& checked) {
        const std::pair before(world.store.loads, world.store.commits);
        check(world, checked, "000000x");
        return std::pair(world.store.loads - before.first, world.store.commits - before.second);
    };
    EXPECT_EQ(cost(core::VerificationId("ffffffffffffffffffffffffffffffff")), cost(id));
}

TEST(CheckProof, TheLinesBudgetIsSharedByServicesAndDialects) {
    TestWorld world;
    core::Rules rules = open_rules();
    rules.line.send_gaps.clear();
    world.rules.replace(rules);
    const auto spend_five = [&](const std::string& in_service, const std::string& dialect) {
        Caller caller = anybody();
        caller.dialect = dialect;
        const StartProof command{core::ServiceName(in_service), number, core::Purpose::prove_number, {}};
        const auto id = world.wait(world.proofs.start(caller, command))->id;
        const CheckProof guess{command.service, id, number.number, command.purpose, world.wrong_code(id)};
        std::vector<std::string> outcomes;
        for (int i = 0; i < 5; ++i)
            outcomes.push_back(outcome(check(world, guess, caller)));
        return outcomes;
    };
    const std::vector<std::string> five_wrong(5, "code_wrong");
    EXPECT_EQ(spend_five("default", "django"), five_wrong);
    EXPECT_EQ(spend_five("brand", "django"), five_wrong);
    EXPECT_EQ(spend_five("default", "techno"), five_wrong);
    EXPECT_EQ(spend_five("brand", "techno"), std::vector<std::string>(5, "attempts_spent"));
}

TEST(CheckProof, TellsWhatTheNarrowerBudgetLeaves) {
    core::Rules rules = open_rules();
    rules.line.guesses = {{3, 3600s}};
    TestWorld world(rules);
    const auto id = start(world)->id;
    for (const unsigned left : {2U, 1U, 0U})
        EXPECT_EQ(refusal(check(world, id, world.wrong_code(id))).attempts_left, left);
    EXPECT_EQ(refusal(check(world, id, world.code_of(id))).retry_at, world.clock.now() + 3600s);
}

TEST(CheckProof, OnlyALivingCodeSpendsTheLinesBudget) {
    TestWorld world;
    const auto id = start(world)->id;
    world.clock.advance(600s);
    check(world, id, world.wrong_code(id));
    EXPECT_EQ(misses(world, id), std::pair(std::size_t{1}, std::size_t{0}));
}

TEST(CheckProof, ASuccessEndsTheRunAndRefillsNoWindow) {
    TestWorld world;
    const auto id = start(world)->id;
    check(world, id, world.wrong_code(id));
    ASSERT_EQ(world.line(number.number).misses_in_row, 1U);
    check(world, id, world.code_of(id));
    EXPECT_EQ(world.line(number.number).misses_in_row, 0U);
    EXPECT_EQ(world.line(number.number).misses.size(), 1U);
}

// Keys

TEST(RotatedKeys, ACodeOutlivesTheNextKey) {
    TestWorld world;
    const auto id = start(world)->id;
    const std::string code = world.code_of(id);
    world.keys.add(2);
    EXPECT_EQ(outcome(check(world, id, code)), "granted");
}

TEST(RotatedKeys, TheNextCodeIsMadeWithTheNewestKey) {
    TestWorld world;
    start(world);
    world.keys.add(2);
    world.clock.advance(60s);
    EXPECT_EQ(world.verification(start(world)->id).key_number, 2U);
}

TEST(RotatedKeys, AForgottenKeyGivesAFaultAndNoVerdict) {
    TestWorld world;
    const auto id = start(world)->id;
    const std::string code = world.code_of(id), wrong = world.wrong_code(id);
    world.keys.add(2);
    world.keys.forget(1);
    EXPECT_EQ(outcome(check(world, id, code)), "unavailable");
    EXPECT_EQ(outcome(check(world, id, wrong)), "unavailable");
    EXPECT_EQ(misses(world, id), std::pair(std::size_t{0}, std::size_t{0}));
}

// A caller's own code

bool is_anywhere(TestWorld& world, const std::string& text) {
    const Snapshot seen = world.snapshot();
    const bool in_events = std::any_of(seen.events.begin(), seen.events.end(), [&](const auto& event) {
        return event.data.find(text) != std::string::npos;
    });
    const bool in_rows = std::any_of(seen.rows.begin(), seen.rows.end(), [&](const auto& row) {
        const auto* v = std::get_if<core::Verification>(&row.second);
        return v && v->sealed_code.find(text) != std::string::npos;
    });
    return in_events || in_rows;
}

TEST(CallersOwnCode, IsTakenAndLiesNowhereInClear) {
    TestWorld world;
    const auto id = start(world, anybody(), number, core::Code("735190"))->id;
    EXPECT_FALSE(is_anywhere(world, "735190"));
    EXPECT_EQ(world.code_of(id), "735190");
    EXPECT_EQ(outcome(check(world, id, "735191")), "code_wrong");
    EXPECT_EQ(outcome(check(world, id, "735190")), "granted");
}

TEST(CallersOwnCode, MayHaveSmallLetters) {
    TestWorld world;
    const auto id = start(world, anybody(), number, core::Code("ab12cd"))->id;
    EXPECT_EQ(outcome(check(world, id, "ab12cd")), "granted");
}

TEST(CallersOwnCode, IsWipedOnceApproved) {
    TestWorld world;
    const auto id = start(world, anybody(), number, core::Code("735190"))->id;
    ASSERT_NE(world.verification(id).sealed_code, "");
    check(world, id, "735190");
    EXPECT_EQ(world.verification(id).sealed_code, "");
}

TEST(CallersOwnCode, IsWipedOnceSuperseded) {
    TestWorld world;
    const auto id = start(world, anybody(), number, core::Code("735190"))->id;
    world.clock.advance(60s);
    ASSERT_EQ(outcome(start(world)), "granted");
    EXPECT_EQ(world.verification(id).sealed_code, "");
}

TEST(CallersOwnCode, OutlivesTheNextKey) {
    TestWorld world;
    const auto id = start(world, anybody(), number, core::Code("735190"))->id;
    world.keys.add(2);
    EXPECT_EQ(outcome(check(world, id, "735190")), "granted");
}

// Test numbers

core::Rules with_test_number() {
    core::Rules rules = open_rules();
    rules.services[service].countries.clear();
    rules.test_numbers.emplace(number.number, core::Code("424242"));
    return rules;
}

TEST(TestNumber, IsNeverSentToNorCountedAsASend) {
    TestWorld world(with_test_number());
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(outcome(start(world)), "granted") << "no country, gap or window stands in its way";
    EXPECT_TRUE(world.snapshot().messages.empty());
    EXPECT_TRUE(world.line(number.number).sends.empty());
    EXPECT_EQ(world.outbox.wakes, 0U);
}

TEST(TestNumber, HasItsFixedCodeWhichStrangersCannotLock) {
    TestWorld world(with_test_number());
    const auto id = start(world)->id;
    EXPECT_EQ(outcome(check(world, id, "424243")), "code_wrong");
    EXPECT_EQ(misses(world, id), std::pair(std::size_t{1}, std::size_t{0}))
        << "its code is no secret, so its line has nothing to lose";
    EXPECT_EQ(outcome(check(world, id, "424242")), "granted");
}

TEST(TestNumber, IsHeldToTheLimitOfItsCaller) {
    core::Rules rules = with_test_number();
    rules.services[service].sends_per_caller = {2, 600s};
    TestWorld world(rules);
    EXPECT_EQ(outcome(start(world)), "granted");
    EXPECT_EQ(outcome(start(world)), "granted");
    EXPECT_EQ(outcome(start(world)), "send_limit_reached") << "each one makes the server keep something";
}

TEST(TestNumber, ItsCodeIsWrongForAnyOtherNumber) {
    TestWorld world(with_test_number());
    core::Rules rules = with_test_number();
    rules.services[service].countries = {"*"};
    world.rules.replace(rules);
    const auto other = mobile("+41791234568");
    const auto id = start(world, anybody(), other)->id;
    const CheckProof guess{service, id, other.number, core::Purpose::prove_number, "424242"};
    EXPECT_EQ(outcome(check(world, guess)), "code_wrong");
}

// Sixteen callers at once, in any order

std::vector<std::string> sixteen_checks(TestWorld& world, const core::VerificationId& id,
                                        const std::string& code) {
    std::vector<Task<Answer<core::Approved>>> tasks;
    for (int i = 0; i < 16; ++i)
        tasks.push_back(world.proofs.check(anybody(), guess_of(id, code)));
    std::vector<std::string> outcomes;
    for (const auto& answer : world.order.wait_for_all(std::move(tasks)))
        outcomes.push_back(outcome(answer));
    return outcomes;
}

std::size_t count(const std::vector<std::string>& outcomes, const std::string& one) {
    return static_cast<std::size_t>(std::count(outcomes.begin(), outcomes.end(), one));
}

RC_GTEST_PROP(ParallelChecks, OfAWrongCodeAreCountedEachOrToldNothing, (std::uint64_t seed)) {
    core::Rules rules = open_rules();
    rules.services[service].guesses = *rc::gen::element(5U, 100U);
    TestWorld world(rules, seed);
    const auto id = start(world)->id;
    const auto outcomes = sixteen_checks(world, id, world.wrong_code(id));
    RC_ASSERT(misses(world, id).first == count(outcomes, "code_wrong"));
    RC_ASSERT(misses(world, id).second == count(outcomes, "code_wrong"));
    RC_ASSERT(count(outcomes, "code_wrong") ==
              std::min(rules.services[service].guesses, 15U) - count(outcomes, "overloaded"));
    RC_ASSERT(count(outcomes, "code_wrong") + count(outcomes, "attempts_spent") +
                  count(outcomes, "overloaded") ==
              16U);
}

RC_GTEST_PROP(ParallelChecks, OfTheRightCodeHaveExactlyOneSuccess, (std::uint64_t seed)) {
    TestWorld world(open_rules(), seed);
    const auto id = start(world)->id;
    const auto outcomes = sixteen_checks(world, id, world.code_of(id));
    RC_ASSERT(count(outcomes, "granted") == 1U);
    RC_ASSERT(misses(world, id).first == count(outcomes, "already_verified"));
    RC_ASSERT(world.verification(id).status == core::VerificationStatus::approved);
}

TEST(ConflictStorm, EndsWithOverloadedAndNothingDone) {
    TestWorld world;
    const auto id = start(world)->id;
    const auto before = world.snapshot();
    world.store.storm();
    EXPECT_EQ(outcome(check(world, id, world.wrong_code(id))), "overloaded");
    EXPECT_EQ(outcome(check(world, id, world.code_of(id))), "overloaded");
    EXPECT_EQ(world.snapshot(), before);
}

// If a right guess did not hold its line, any number of guesses could be judged at once by what the line was
// before the first of them, and the one that is right among them would always win.
RC_GTEST_PROP(ParallelChecks, AreEachJudgedByTheLineAsTheOthersLeftIt, (std::uint64_t seed)) {
    core::Rules rules = rules_without_limits();
    rules.line.guesses = {{1, 3600s}};
    TestWorld world(rules, seed);
    Caller other = anybody();
    other.dialect = "other";
    const auto first = start(world)->id, second = start(world, other)->id;
    const auto right = guess_of(first, world.code_of(first)),
               wrong = guess_of(second, world.wrong_code(second));
    std::vector<Task<Answer<core::Approved>>> tasks;
    tasks.push_back(world.proofs.check(anybody(), right));
    tasks.push_back(world.proofs.check(other, wrong));
    const auto answers = world.order.wait_for_all(std::move(tasks));
    const auto loaded = world.wait(world.memory.load({number.number}));
    const auto touched = loaded->version(number.number) - 2; // the two sends came before
    RC_ASSERT(outcome(answers[1]) == "code_wrong");
    RC_ASSERT(touched == (answers[0] ? 2U : 1U));
    RC_ASSERT(answers[0] || outcome(answers[0]) == "attempts_spent");
}

} // namespace
} // namespace dialproof::flows
