#include "flows/users.h"

#include "flows/user_test_world.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;

using Story = std::vector<std::string>;

// Adding

TEST(AddUser, WithoutAPhoneSendsNothing) {
    UserWorld world;
    const auto added = world.add(alice, {{"given_name", "Alice"}});
    ASSERT_EQ(outcome(added), "granted");
    EXPECT_EQ(added->user, world.user(alice));
    EXPECT_EQ(world.story(alice), (Story{"user_added"}));
    EXPECT_EQ(world.outbox.wakes, 0U);
}

TEST(AddUser, WithAPhoneSendsACodeInTheSameCommit) {
    UserWorld world;
    ASSERT_EQ(outcome(world.add(alice, {}, PhoneChange{number})), "granted");
    EXPECT_EQ(world.store.commits, 1U);
    EXPECT_EQ(world.story(alice), (Story{"user_added", "phone_changed", "phone_code_added"}));
    EXPECT_EQ(world.messages(world.pending(alice)).size(), 1U);
    EXPECT_EQ(world.verification(world.pending(alice)).subject, alice);
    EXPECT_EQ(world.outbox.wakes, 1U);
    EXPECT_EQ(world.meter.count("started default zitadel"), 1);
}

TEST(AddUser, WhosePhoneMayNotBeSentToLeavesNoUserNameOrMessage) {
    UserWorld world;
    world.wait(world.proofs.start(anybody(), {service, number, core::Purpose::prove_number, {}}));
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.add(alice, {{"preferred_username", "alice"}}, PhoneChange{number})),
              "send_too_soon");
    EXPECT_EQ(world.snapshot(), before);
    EXPECT_EQ(outcome(world.add(bob, {{"preferred_username", "alice"}})), "granted")
        << "the name is still free";
}

TEST(AddUser, AnIdThatIsOrWasThereIsTaken) {
    UserWorld world;
    world.add(alice);
    EXPECT_EQ(outcome(world.add(alice)), "user_exists");
    world.remove(alice);
    EXPECT_EQ(outcome(world.add(alice)), "user_exists");
}

TEST(AddUser, SixteenAtOnceWithOneNameHaveOneWinner) {
    UserWorld world;
    std::vector<Task<Answer<UserAnswer>>> tasks;
    for (int i = 0; i < 16; ++i) {
        const NewUser user{
            core::UserId("user" + std::to_string(i)), service, {{"preferred_username", "same"}}, {}};
        tasks.push_back(world.users.add(administrator(), user));
    }
    const auto answers = world.order.wait_for_all(std::move(tasks));
    EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const auto& a) { return a.has_value(); }), 1);
    EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                            [](const auto& a) { return outcome(a) == "username_taken"; }),
              15);
}

// Names

core::Attributes named(const std::string& name) { return {{"preferred_username", name}}; }

TEST(Username, IsTakenWhateverItsCase) {
    UserWorld world;
    world.add(alice, named("Alice"));
    EXPECT_EQ(outcome(world.add(bob, named("aLICE"))), "username_taken");
}

TEST(Username, IsItsServicesOwn) {
    UserWorld world;
    world.add(alice, named("alice"));
    EXPECT_EQ(outcome(world.add(bob, named("alice"), {}, administrator(), core::ServiceName("brand"))),
              "granted");
}

TEST(Username, IsFreeAgainAfterARename) {
    UserWorld world;
    world.add(alice, named("old"));
    ASSERT_EQ(outcome(world.update(alice, named("new"))), "granted");
    EXPECT_EQ(outcome(world.add(bob, named("old"))), "granted");
    EXPECT_EQ(outcome(world.add(core::UserId("carol"), named("new"))), "username_taken");
}

TEST(Username, ARenameToATakenOneChangesNothingAtAll) {
    UserWorld world;
    world.add(alice, named("alice"));
    world.add(bob, named("bob"));
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.update(bob, {{"preferred_username", "alice"}, {"locale", "de"}})),
              "username_taken");
    EXPECT_EQ(world.snapshot(), before);
}

TEST(Username, MayChangeItsCase) {
    UserWorld world;
    world.add(alice, named("alice"));
    ASSERT_EQ(outcome(world.update(alice, named("ALICE"))), "granted");
    EXPECT_EQ(world.user(alice).attributes, named("ALICE"));
    EXPECT_EQ(outcome(world.add(bob, named("alice"))), "username_taken");
}

TEST(Username, IsFreeAgainAfterItIsClearedOrItsUserIsRemoved) {
    UserWorld world;
    world.add(alice, named("first"));
    world.update(alice, named(""));
    EXPECT_EQ(outcome(world.add(bob, named("first"))), "granted");
    world.remove(bob);
    EXPECT_EQ(outcome(world.add(core::UserId("carol"), named("first"))), "granted");
}

// Who may know

TEST(Permissions, APublicCallerCannotTellWhetherAUserExists) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const core::UserId nobody("nobody");
    for (const Caller& caller : {anybody(), person(bob)})
        for (const auto& id : {alice, nobody}) {
            EXPECT_EQ(outcome(world.get(id, caller)), "not_permitted");
            EXPECT_EQ(outcome(world.update(id, {{"locale", "de"}}, {}, caller)), "not_permitted");
            EXPECT_EQ(outcome(world.set_phone(id, other_number, Proof::message, caller)), "not_permitted");
            EXPECT_EQ(outcome(world.resend(id, Proof::message, caller)), "not_permitted");
            EXPECT_EQ(outcome(world.remove_phone(id, caller)), "not_permitted");
            EXPECT_EQ(outcome(world.remove(id, caller)), "not_permitted");
        }
}

TEST(Permissions, VerifyTellsAPublicCallerNothingNeitherByAnswerNorByCost) {
    UserWorld world;
    world.add(alice);
    const auto verify = [&](const core::UserId& id) {
        const std::pair before(world.store.loads, world.store.commits);
        const auto answer = world.verify(id, "000000", anybody());
        return std::tuple(outcome(answer), world.store.loads - before.first,
                          world.store.commits - before.second);
    };
    EXPECT_EQ(verify(core::UserId("nobody")), verify(alice));
    world.remove(alice);
    EXPECT_EQ(verify(alice), verify(core::UserId("nobody")));
}

TEST(Permissions, GuessesAtUnknownUsersCountAgainstTheCaller) {
    core::Rules rules = open_rules();
    for (auto& [name, policy] : rules.services)
        policy.checks_per_caller = {2, 600s};
    UserWorld world(rules);
    for (const char* expected : {"nothing_pending", "nothing_pending", "check_limit_reached"})
        EXPECT_EQ(outcome(world.verify(core::UserId("nobody"), "000000", anybody())), expected);
}

TEST(Permissions, ABackEndIsToldThatAUserIsNotThere) {
    UserWorld world;
    const Caller reader = back_end({Permission::user_read});
    EXPECT_EQ(outcome(world.get(alice, reader)), "user_not_found");
    EXPECT_EQ(outcome(world.verify(alice, "000000", reader)), "user_not_found");
    world.add(alice);
    EXPECT_EQ(outcome(world.get(alice, reader)), "granted");
    EXPECT_EQ(outcome(world.remove(alice, reader)), "not_permitted");
    world.remove(alice);
    EXPECT_EQ(outcome(world.get(alice, reader)), "user_not_found");
}

TEST(Permissions, APersonMayChangeHerPhoneButNotTrustHerself) {
    UserWorld world;
    world.add(alice);
    EXPECT_EQ(outcome(world.set_phone(alice, number, Proof::given, person(alice))), "not_permitted");
    EXPECT_EQ(outcome(world.set_phone(alice, number, Proof::answer, person(alice))), "not_permitted");
    EXPECT_EQ(outcome(world.update(alice, {}, PhoneChange{number, Proof::given}, person(alice))),
              "not_permitted");
    EXPECT_EQ(outcome(world.set_phone(alice, number, Proof::message, person(alice))), "granted");
    EXPECT_EQ(outcome(world.resend(alice, Proof::answer, person(alice))), "not_permitted");
}

TEST(Permissions, OfOneServiceMeanNothingInAnother) {
    UserWorld world;
    world.add(alice);
    const Caller writer = back_end({Permission::user_write, Permission::user_delete}, "brand");
    EXPECT_EQ(outcome(world.add(bob, {}, {}, writer)), "not_permitted");
    EXPECT_EQ(outcome(world.set_phone(alice, number, Proof::message, writer)), "user_not_found")
        << "users of others are not there, as if there were none of that id";
    EXPECT_EQ(outcome(world.remove(alice, writer)), "user_not_found");
}

// Updating

TEST(UpdateUser, WithoutAChangeCommitsNothingAndIsNoRefusal) {
    UserWorld world;
    world.add(alice, {{"locale", "de"}}, PhoneChange{number});
    const unsigned commits = world.store.commits;
    EXPECT_EQ(outcome(world.update(alice, {{"locale", "de"}}, PhoneChange{number})), "granted");
    EXPECT_EQ(outcome(world.update(alice, {})), "granted");
    EXPECT_EQ(world.store.commits, commits);
}

TEST(UpdateUser, ChangesProfileAndPhoneInOneCommit) {
    UserWorld world;
    world.add(alice);
    const unsigned commits = world.store.commits;
    ASSERT_EQ(outcome(world.update(alice, {{"locale", "de"}}, PhoneChange{number})), "granted");
    EXPECT_EQ(world.store.commits, commits + 1);
    EXPECT_EQ(world.story(alice),
              (Story{"user_added", "profile_changed", "phone_changed", "phone_code_added"}));
}

TEST(UpdateUser, WhosePhoneMayNotBeSentToKeepsItsProfileAndName) {
    UserWorld world;
    world.add(alice, named("alice"));
    world.add(bob, {}, PhoneChange{number});
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.update(alice, named("new"), PhoneChange{number})), "send_too_soon");
    EXPECT_EQ(world.snapshot(), before);
}

TEST(UpdateUser, CountsAVerificationThatItStarts) {
    UserWorld world;
    world.add(alice);
    world.update(alice, {{"locale", "de"}});
    EXPECT_EQ(world.meter.count("started default zitadel"), 0);
    world.update(alice, {}, PhoneChange{number});
    EXPECT_EQ(world.meter.count("started default zitadel"), 1);
    world.update(alice, {{"locale", "fr"}}, PhoneChange{number});
    EXPECT_EQ(world.meter.count("started default zitadel"), 1) << "the number did not change";
}

// Setting the phone

TEST(SetPhone, ToTheSameNumberIsUnchanged) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    world.clock.advance(1h);
    EXPECT_EQ(outcome(world.set_phone(alice)), "number_unchanged");
    EXPECT_EQ(outcome(world.set_phone(alice, number, Proof::given)), "number_unchanged");
}

TEST(SetPhone, EndsWhatWasPendingAndTheOldCodeIsDead) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const auto first = world.pending(alice);
    const std::string first_code = world.code(alice);
    ASSERT_EQ(outcome(world.set_phone(alice, other_number)), "granted");
    EXPECT_EQ(world.verification(first).status, core::VerificationStatus::ended);
    EXPECT_EQ(outcome(world.verify(alice, first_code)), "code_wrong");
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "granted");
    EXPECT_EQ(world.user(alice).primary_phone()->number, other_number.number);
}

TEST(SetPhone, ThatIsRefusedLeavesThePhoneAndWhatIsPending) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    world.add(bob, {}, PhoneChange{other_number});
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.set_phone(alice, other_number)), "send_too_soon");
    EXPECT_EQ(world.snapshot(), before);
}

TEST(SetPhone, GivenIsVerifiedWithoutAMessage) {
    UserWorld world;
    world.add(alice);
    const auto answer = world.set_phone(alice, number, Proof::given);
    EXPECT_TRUE(answer->user.primary_phone()->verified());
    EXPECT_FALSE(answer->code);
    EXPECT_EQ(world.story(alice), (Story{"user_added", "phone_changed", "phone_verified"}));
    EXPECT_EQ(world.outbox.wakes, 0U);
}

TEST(SetPhone, AnsweredGivesTheCodeToTheCallerAndSendsNothing) {
    UserWorld world;
    world.add(alice);
    const auto answer = world.set_phone(alice, number, Proof::answer);
    ASSERT_TRUE(answer->code);
    EXPECT_TRUE(world.messages(world.pending(alice)).empty());
    EXPECT_TRUE(world.line(number.number).sends.empty());
    EXPECT_EQ(world.outbox.wakes, 0U);
    EXPECT_EQ(outcome(world.verify(alice, answer->code->reveal())), "granted");
}

TEST(SetPhone, AnsweredIsRefusedForANumberThatIsNotAllowed) {
    UserWorld world;
    world.add(alice);
    core::NumberFacts premium = number;
    premium.type = core::NumberType::premium_rate;
    EXPECT_EQ(outcome(world.set_phone(alice, premium, Proof::answer)), "number_not_allowed");
}

// Resending

TEST(Resend, MakesTheNextGenerationAndKillsTheOlderCode) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const std::string first = world.code(alice);
    world.clock.advance(60s);
    ASSERT_EQ(outcome(world.resend(alice)), "granted");
    const auto v = world.verification(world.pending(alice));
    EXPECT_EQ(v.generation, 2U);
    EXPECT_EQ(v.expires_at, world.clock.now() + 600s);
    EXPECT_EQ(world.messages(v.id).back().generation, 2U);
    ASSERT_NE(world.code(alice), first);
    EXPECT_EQ(outcome(world.verify(alice, first)), "code_wrong");
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "granted");
}

TEST(Resend, RefillsNoGuesses) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    for (int i = 0; i < 5; ++i)
        world.verify(alice, world.wrong(alice));
    world.clock.advance(60s);
    ASSERT_EQ(outcome(world.resend(alice)), "granted");
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "attempts_spent");
}

TEST(Resend, InsideOfTheGapLeavesTheOldCodeAlive) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const auto before = world.snapshot();
    EXPECT_EQ(refusal(world.resend(alice)).retry_at, world.clock.now() + 60s);
    EXPECT_EQ(world.snapshot(), before);
}

TEST(Resend, WakesACodeThatExpired) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    world.clock.advance(1h);
    ASSERT_EQ(outcome(world.resend(alice)), "granted");
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "granted");
}

TEST(Resend, WithoutAnythingPendingIsRefused) {
    UserWorld world;
    world.add(alice);
    EXPECT_EQ(outcome(world.resend(alice)), "nothing_pending");
    world.set_phone(alice, number, Proof::given);
    EXPECT_EQ(outcome(world.resend(alice)), "nothing_pending");
}

TEST(Resend, AnsweredGivesTheNewCodeToTheCallerAndSendsNothing) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const auto answer = world.resend(alice, Proof::answer);
    ASSERT_TRUE(answer->code);
    EXPECT_EQ(world.messages(world.pending(alice)).size(), 1U) << "the first one only";
    EXPECT_EQ(outcome(world.verify(alice, answer->code->reveal())), "granted");
}

TEST(Resend, TakesTheNewestKey) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    world.keys.add(2);
    world.clock.advance(60s);
    world.resend(alice);
    EXPECT_EQ(world.verification(world.pending(alice)).key_number, 2U);
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "granted");
}

// Verifying

TEST(VerifyPhone, TheRightCodeVerifiesAndNothingIsPendingAnyMore) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const std::string code = world.code(alice);
    const auto answer = world.verify(alice, code);
    ASSERT_EQ(outcome(answer), "granted");
    EXPECT_TRUE(answer->user.primary_phone()->verified());
    EXPECT_EQ(outcome(world.verify(alice, code)), "nothing_pending");
    EXPECT_EQ(world.story(alice),
              (Story{"user_added", "phone_changed", "phone_code_added", "phone_verified"}));
}

TEST(VerifyPhone, AWrongCodeIsTheUsersStoryTooThoughRefused) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    EXPECT_EQ(refusal(world.verify(alice, world.wrong(alice))),
              (core::Refused{core::Reason::code_wrong, {}, 4U}));
    EXPECT_EQ(world.story(alice).back(), "phone_verification_failed");
    EXPECT_EQ(world.verification(world.pending(alice)).misses.size(), 1U);
    EXPECT_EQ(world.line(number.number).misses.size(), 1U);
}

TEST(VerifyPhone, AGuessThatIsNotJudgedIsNotTheUsersStory) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    for (int i = 0; i < 5; ++i)
        world.verify(alice, world.wrong(alice));
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "attempts_spent");
    EXPECT_EQ(world.snapshot(), before);
}

TEST(VerifyPhone, AnyoneWhoHasTheCodeMayPresentIt) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice), anybody())), "granted");
}

RC_GTEST_PROP(ParallelVerify, OfAWrongCodeIsCountedEachOrToldNothing, (std::uint64_t seed)) {
    UserWorld world(open_rules(), seed);
    world.add(alice, {}, PhoneChange{number});
    const auto id = world.pending(alice);
    std::vector<Task<Answer<UserAnswer>>> tasks;
    for (int i = 0; i < 16; ++i)
        tasks.push_back(world.users.verify(administrator(), alice, world.wrong_code(id)));
    const auto answers = world.order.wait_for_all(std::move(tasks));
    const auto counted = static_cast<std::size_t>(std::count_if(
        answers.begin(), answers.end(), [](const auto& a) { return outcome(a) == "code_wrong"; }));
    RC_ASSERT(counted == 5U);
    RC_ASSERT(world.verification(id).misses.size() == counted);
    RC_ASSERT(world.line(number.number).misses.size() == counted);
    const auto told = world.story(alice);
    RC_ASSERT(static_cast<std::size_t>(std::count(told.begin(), told.end(), "phone_verification_failed")) ==
              counted);
}

// Removing

TEST(RemovePhone, EndsWhatIsPendingAndFreesTheNumberToBeSetAgain) {
    UserWorld world;
    world.add(alice, {}, PhoneChange{number});
    const auto id = world.pending(alice);
    const std::string code = world.code(alice);
    ASSERT_EQ(outcome(world.remove_phone(alice)), "granted");
    EXPECT_EQ(world.verification(id).status, core::VerificationStatus::ended);
    EXPECT_EQ(outcome(world.verify(alice, code)), "nothing_pending");
    EXPECT_EQ(outcome(world.remove_phone(alice)), "no_phone");
    world.clock.advance(60s);
    EXPECT_EQ(outcome(world.set_phone(alice)), "granted");
}

TEST(RemoveUser, EndsWhatIsPendingAndForgetsThePerson) {
    UserWorld world;
    world.add(alice, named("alice"), PhoneChange{number});
    const auto id = world.pending(alice);
    const std::string code = world.code(alice);
    ASSERT_EQ(outcome(world.remove(alice)), "granted");
    EXPECT_EQ(world.verification(id).status, core::VerificationStatus::ended);
    EXPECT_EQ(outcome(world.verify(alice, code)), "user_not_found");
    EXPECT_TRUE(world.user(alice).attributes.empty());
    EXPECT_TRUE(world.user(alice).phones.empty());
    EXPECT_EQ(world.story(alice).back(), "user_removed");
    EXPECT_EQ(outcome(world.remove(alice)), "user_not_found");
}

// One owner of a verified number

core::Rules unique_numbers() {
    core::Rules rules = rules_without_limits();
    for (auto& [name, policy] : rules.services)
        policy.uniqueness = core::Uniqueness::verified_once;
    return rules;
}

struct UniqueWorld : UserWorld {
    UniqueWorld() : UserWorld(unique_numbers()) {
        add(alice, {}, PhoneChange{number});
        verify(alice, code(alice));
        add(bob);
    }
};

TEST(UniqueNumber, TheSecondWhoProvesItIsTold) {
    UniqueWorld world;
    ASSERT_EQ(outcome(world.set_phone(bob)), "granted") << "before the proof it is nobody's secret";
    EXPECT_EQ(outcome(world.verify(bob, world.code(bob))), "number_taken");
    EXPECT_FALSE(world.user(bob).primary_phone()->verified());
    EXPECT_TRUE(world.user(alice).primary_phone()->verified());
}

TEST(UniqueNumber, TheCodeOfTheSecondIsGoodOnceTheFirstHasGivenTheNumberUp) {
    UniqueWorld world;
    world.set_phone(bob);
    const std::string code = world.code(bob);
    world.verify(bob, code);
    world.remove(alice);
    EXPECT_EQ(outcome(world.verify(bob, code)), "granted");
}

TEST(UniqueNumber, CannotBeGivenToASecond) {
    UniqueWorld world;
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.set_phone(bob, number, Proof::given)), "number_taken");
    EXPECT_EQ(world.snapshot(), before);
}

TEST(UniqueNumber, IsFreeInAnotherService) {
    UniqueWorld world;
    const PhoneChange given{number, Proof::given};
    EXPECT_EQ(
        outcome(world.add(core::UserId("carol"), {}, given, administrator(), core::ServiceName("brand"))),
        "granted");
}

TEST(UniqueNumber, IsFreeOnceItsOwnerChangesIt) {
    UniqueWorld world;
    world.set_phone(alice, other_number);
    EXPECT_EQ(outcome(world.set_phone(bob, number, Proof::given)), "granted");
}

TEST(UniqueNumber, IsFreeOnceItsOwnerRemovesIt) {
    UniqueWorld world;
    world.remove_phone(alice);
    EXPECT_EQ(outcome(world.set_phone(bob, number, Proof::given)), "granted");
}

TEST(UniqueNumber, IsFreeOnceItsOwnerIsRemoved) {
    UniqueWorld world;
    world.remove(alice);
    EXPECT_EQ(outcome(world.set_phone(bob, number, Proof::given)), "granted");
}

TEST(UniqueNumber, ComesBackToItsOwner) {
    UniqueWorld world;
    world.set_phone(alice, other_number, Proof::given);
    EXPECT_EQ(outcome(world.set_phone(alice, number, Proof::given)), "granted");
    EXPECT_EQ(outcome(world.set_phone(bob, number, Proof::given)), "number_taken");
}

RC_GTEST_PROP(UniqueNumber, OfTwoWhoProveItAtOnceOneOwnsIt, (std::uint64_t seed)) {
    UserWorld world(unique_numbers(), seed);
    world.add(alice, {}, PhoneChange{number});
    world.add(bob, {}, PhoneChange{number});
    std::vector<Task<Answer<UserAnswer>>> tasks;
    tasks.push_back(world.users.verify(administrator(), alice, world.code(alice)));
    tasks.push_back(world.users.verify(administrator(), bob, world.code(bob)));
    const auto answers = world.order.wait_for_all(std::move(tasks));
    std::vector<std::string> outcomes{outcome(answers[0]), outcome(answers[1])};
    std::sort(outcomes.begin(), outcomes.end());
    RC_ASSERT(outcomes == (std::vector<std::string>{"granted", "number_taken"}));
    RC_ASSERT(world.user(alice).primary_phone()->verified() != world.user(bob).primary_phone()->verified());
}

} // namespace
} // namespace dialproof::flows
