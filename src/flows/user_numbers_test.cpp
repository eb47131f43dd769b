// Users who are put on record, found by what is known of them, and prove numbers beside the one they have.
#include "flows/user_test_world.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dialproof::flows {
namespace {

using namespace std::chrono_literals;

struct NumbersWorld : UserWorld {
    using UserWorld::UserWorld;

    UserRecord record(const core::Attributes& attributes = {}, const core::NumberFacts& to = number) {
        return {service, "dialect:", attributes, PhoneChange{to}};
    }
    Answer<UserAnswer> put(const core::UserId& id, const UserRecord& what,
                           const Caller& caller = administrator()) {
        return wait(users.put(caller, id, what));
    }
    Answer<std::vector<core::User>> find(std::variant<core::UserId, Login, core::PhoneNumber> by,
                                         const Caller& caller = anybody()) {
        const UserQuery query{service, std::move(by)};
        return wait(users.find(caller, query));
    }
    std::vector<std::string> found(std::variant<core::UserId, Login, core::PhoneNumber> by) {
        std::vector<std::string> ids;
        const auto users_found = find(std::move(by));
        for (const auto& each : users_found.value_or(std::vector<core::User>{}))
            ids.push_back(each.id.text);
        return ids;
    }
    Answer<UserAnswer> prove(const core::UserId& id, const core::NumberFacts& to,
                             const core::CodeWait& how_long = {}) {
        return wait(users.prove_phone(person(id), id, to, how_long));
    }
    Answer<UserAnswer> ask_again(const core::UserId& id, const core::NumberFacts& to) {
        NextCode next;
        next.number = to;
        next.by_anybody = true;
        return wait(users.resend(anybody(), id, next));
    }
    std::vector<std::string> numbers(const core::UserId& id) {
        std::vector<std::string> all;
        for (const auto& phone : user(id).phones)
            all.push_back(phone.number.e164() + (phone.verified() ? " verified" : "") +
                          (phone.primary ? " primary" : ""));
        return all;
    }
};

using Ids = std::vector<std::string>;

// Records

TEST(PutUser, MakesTheRecordAndSendsTheFirstCode) {
    NumbersWorld world;
    const auto answer = world.put(alice, world.record({{"dialect:a", "1"}}), person(alice));
    ASSERT_EQ(outcome(answer), "granted");
    EXPECT_EQ(answer->user, world.user(alice));
    EXPECT_EQ(answer->code_expires_at, world.clock.now() + 600s);
    EXPECT_FALSE(answer->code);
    EXPECT_EQ(world.user(alice).service, service);
    EXPECT_EQ(world.messages(world.pending(alice)).size(), 1U);
    EXPECT_EQ(world.store.commits, 1U);
}

TEST(PutUser, AgainChangesNothingAndSendsNothing) {
    NumbersWorld world;
    const auto first = world.put(alice, world.record({{"dialect:a", "1"}}));
    world.clock.advance(30s);
    const auto commits = world.store.commits;
    const auto again = world.put(alice, world.record({{"dialect:a", "1"}}));
    ASSERT_EQ(outcome(again), "granted");
    EXPECT_EQ(again->user, first->user);
    EXPECT_EQ(again->code_expires_at, first->code_expires_at);
    EXPECT_EQ(world.store.commits, commits);
}

TEST(PutUser, ReplacesWhatIsItsOwnAndLeavesTheRest) {
    NumbersWorld world;
    world.add(alice, {{"given_name", "Alice"}});
    world.put(alice, world.record({{"dialect:a", "1"}, {"dialect:b", "2"}}));
    world.put(alice, world.record({{"dialect:b", "3"}}));
    EXPECT_EQ(world.user(alice).attributes, (core::Attributes{{"given_name", "Alice"}, {"dialect:b", "3"}}));
}

TEST(PutUser, OnlyForWhoMayChangeThatUser) {
    NumbersWorld world;
    EXPECT_EQ(outcome(world.put(alice, world.record(), anybody())), "not_permitted");
    EXPECT_EQ(outcome(world.put(alice, world.record(), person(bob))), "not_permitted");
    EXPECT_EQ(outcome(world.put(alice, world.record(), back_end({Permission::user_read}))), "not_permitted");
    EXPECT_EQ(outcome(world.put(alice, world.record(), back_end({Permission::user_write}, "brand"))),
              "not_permitted");
    UserRecord given = world.record();
    given.phone.proof = Proof::given;
    EXPECT_EQ(outcome(world.put(alice, given, person(alice))), "not_permitted");
    EXPECT_EQ(outcome(world.put(alice, given, back_end({Permission::user_write}))), "granted");
    EXPECT_EQ(world.numbers(alice), (Ids{"+41791234567 verified primary"}));
}

TEST(PutUser, BringsNobodyBackAndMovesNobody) {
    NumbersWorld world;
    world.add(alice);
    world.remove(alice);
    EXPECT_EQ(outcome(world.put(alice, world.record())), "user_not_found");
    world.add(bob, {}, {}, administrator(), core::ServiceName("brand"));
    EXPECT_EQ(outcome(world.put(bob, world.record())), "user_not_found");
}

TEST(PutUser, WhosePhoneMayNotBeSentToLeavesNothing) {
    NumbersWorld world;
    world.put(bob, world.record());
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.put(alice, world.record({{"dialect:a", "1"}}))), "send_too_soon");
    EXPECT_EQ(world.snapshot(), before);
    EXPECT_FALSE(world.stored<core::User>(alice));
}

TEST(PutUser, ShowsTheCodeOnlyWhereItIsAskedTo) {
    NumbersWorld world;
    UserRecord shown = world.record();
    shown.show_code = true;
    for (int i = 0; i < 2; ++i) {
        const auto answer = world.put(alice, shown);
        EXPECT_EQ(answer->code->reveal(), world.code(alice));
    }
    world.verify(alice, world.code(alice));
    EXPECT_FALSE(world.put(alice, shown)->code);
}

TEST(RemovePhone, TakesTheAttributesOfThatPrefixAlong) {
    NumbersWorld world;
    world.add(alice, {{"given_name", "Alice"}});
    world.put(alice, world.record({{"dialect:a", "1"}}));
    ASSERT_EQ(outcome(world.wait(world.users.remove_phone(administrator(), alice, std::string("dialect:")))),
              "granted");
    EXPECT_EQ(world.user(alice).attributes, (core::Attributes{{"given_name", "Alice"}}));
    EXPECT_TRUE(world.user(alice).phones.empty());
}

// Finding

TEST(FindUser, ByIdByLoginAndByNumber) {
    NumbersWorld world;
    world.add(alice, {{"preferred_username", "Ally"}}, PhoneChange{number});
    EXPECT_EQ(world.found(alice), (Ids{"alice"}));
    EXPECT_EQ(world.found(Login{"aLLy"}), (Ids{"alice"}));
    EXPECT_EQ(world.found(Login{"alice"}), (Ids{"alice"})) << "an id is a login too";
    EXPECT_EQ(world.found(number.number), (Ids{"alice"}));
    EXPECT_EQ(world.found(other_number.number), Ids{});
}

TEST(FindUser, OfOneNumberFirstWhoWaitsForItsCodeTheNewest) {
    NumbersWorld world(rules_without_limits());
    const core::UserId carol("carol");
    world.add(alice, {}, PhoneChange{number});
    world.verify(alice, world.code(alice));
    world.clock.advance(1s);
    world.add(bob, {}, PhoneChange{number});
    world.clock.advance(1s);
    world.add(carol);
    world.prove(carol, number);
    world.clock.advance(1s);
    world.update(alice, {{"nickname", "A"}});
    EXPECT_EQ(world.found(number.number), (Ids{"carol", "bob", "alice"}));
    world.clock.advance(1s);
    world.resend(bob);
    EXPECT_EQ(world.found(number.number).front(), "bob");
}

TEST(FindUser, NoOneWhoIsGoneOrElsewhereOrGaveTheNumberUp) {
    NumbersWorld world(rules_without_limits());
    world.add(alice, {}, PhoneChange{number});
    world.add(bob, {}, PhoneChange{number}, administrator(), core::ServiceName("brand"));
    world.set_phone(alice, other_number);
    EXPECT_EQ(world.found(number.number), Ids{});
    EXPECT_EQ(world.found(other_number.number), (Ids{"alice"}));
    EXPECT_EQ(world.found(bob), Ids{});
    world.remove(alice);
    EXPECT_EQ(world.found(other_number.number), Ids{});
    EXPECT_EQ(world.found(alice), Ids{});
}

TEST(FindUser, NobodyCountsAsACheckOfItsCaller) {
    core::Rules rules = open_rules();
    rules.services.at(service).checks_per_caller = {3, 600s};
    NumbersWorld world(rules);
    world.add(alice, {}, PhoneChange{number});
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(outcome(world.find(number.number)), "granted") << "somebody costs nothing";
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(outcome(world.find(other_number.number)), "user_not_found");
    EXPECT_EQ(outcome(world.find(other_number.number)), "check_limit_reached");
    EXPECT_EQ(outcome(world.find(core::UserId("nobody"))), "check_limit_reached");
    EXPECT_EQ(outcome(world.find(other_number.number, anybody("192.0.2.77"))), "user_not_found");
}

// Proving on the side

TEST(ProvePhone, LeavesThePhonesUntilItIsProven) {
    NumbersWorld world;
    world.add(alice, {}, PhoneChange{number, Proof::given});
    ASSERT_EQ(outcome(world.prove(alice, other_number)), "granted");
    EXPECT_EQ(world.numbers(alice), (Ids{"+41791234567 verified primary"}));
    ASSERT_EQ(outcome(world.verify(alice, world.code(alice), anybody())), "granted");
    EXPECT_EQ(world.numbers(alice), (Ids{"+41791234567 verified", "+41791234568 verified primary"}));
    EXPECT_EQ(outcome(world.prove(alice, number)), "already_verified");
}

TEST(ProvePhone, AnotherNumberEndsWhatWasPending) {
    NumbersWorld world;
    world.add(alice);
    world.prove(alice, number);
    const auto first = world.pending(alice);
    const auto old_code = world.code_of(first);
    world.prove(alice, other_number);
    EXPECT_EQ(world.verification(first).status, core::VerificationStatus::ended);
    EXPECT_NE(outcome(world.verify(alice, old_code + "0", anybody())), "granted");
}

TEST(ProvePhone, TheSameNumberAgainCarriesTheGuessesOver) {
    NumbersWorld world;
    world.add(alice);
    world.prove(alice, number);
    const auto id = world.pending(alice);
    world.verify(alice, world.wrong(alice), anybody());
    world.clock.advance(60s);
    world.prove(alice, number);
    EXPECT_EQ(world.pending(alice), id);
    EXPECT_EQ(world.verification(id).generation, 2U);
    EXPECT_EQ(world.verification(id).misses.size(), 1U);
}

TEST(ProvePhone, HasItsWaitWhateverTheNumber) {
    NumbersWorld world;
    world.add(alice);
    const core::CodeWait wait{20s, false, 20s};
    world.prove(alice, number, wait);
    world.verify(alice, world.code(alice), anybody());
    world.clock.advance(19s);
    const auto before = world.snapshot();
    EXPECT_EQ(refusal(world.prove(alice, other_number, wait)).retry_at, world.clock.now() + 1s);
    EXPECT_EQ(world.snapshot(), before);
    world.clock.advance(1s);
    EXPECT_EQ(outcome(world.prove(alice, other_number, wait)), "granted");
}

// Asking again

TEST(AskAgain, IsForAnybodyButOnlyForANumberOfThatUser) {
    NumbersWorld world;
    world.add(alice, {}, PhoneChange{number});
    world.clock.advance(60s);
    EXPECT_EQ(outcome(world.ask_again(alice, other_number)), "no_phone");
    EXPECT_EQ(outcome(world.ask_again(core::UserId("nobody"), number)), "not_permitted");
    ASSERT_EQ(outcome(world.ask_again(alice, number)), "granted");
    EXPECT_EQ(world.verification(world.pending(alice)).generation, 2U);
}

TEST(AskAgain, TakesNoProofAway) {
    NumbersWorld world;
    world.add(alice, {}, PhoneChange{number});
    world.verify(alice, world.code(alice));
    world.clock.advance(3600s);
    const auto before = world.snapshot();
    EXPECT_EQ(outcome(world.ask_again(alice, number)), "already_verified");
    EXPECT_EQ(world.snapshot(), before);
}

TEST(AskAgain, StartsAnewWhereTheRetentionTookWhatWasPending) {
    NumbersWorld world;
    world.add(alice, {}, PhoneChange{number});
    const auto first = world.pending(alice);
    world.clock.advance(std::chrono::hours(24 * 40));
    world.wait(world.memory.prune({world.clock.now() - 86400s * 30, world.clock.now()})).value();
    ASSERT_FALSE(world.stored<core::Verification>(first));
    EXPECT_EQ(outcome(world.resend(alice)), "nothing_pending")
        << "without a number there is nothing to go by";
    ASSERT_EQ(outcome(world.ask_again(alice, number)), "granted");
    EXPECT_NE(world.pending(alice), first);
    EXPECT_EQ(outcome(world.verify(alice, world.code(alice))), "granted");
}

TEST(Guess, ThatIsANumberHasItsZerosBack) {
    NumbersWorld world(rules_without_limits());
    world.add(alice, {}, PhoneChange{number});
    while (!world.code(alice).starts_with('0'))
        world.resend(alice);
    const std::string code = world.code(alice);
    const core::TypedCode as_text(code.substr(code.find_first_not_of('0')));
    EXPECT_EQ(outcome(world.wait(world.users.verify(anybody(), alice, as_text))), "code_wrong");
    const core::TypedCode as_number(as_text.text, true);
    EXPECT_EQ(outcome(world.wait(world.users.verify(anybody(), alice, as_number))), "granted");
}

} // namespace
} // namespace dialproof::flows
