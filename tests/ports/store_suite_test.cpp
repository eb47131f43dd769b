// What every store promises; the words are those of ports/store.h.
#include "store_under_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace dialproof::test {
namespace {

using ports::Fault;
using ports::MessageState;
using ports::StreamKind;
using testing::ElementsAre;
using testing::IsEmpty;

class StoreSuite : public testing::TestWithParam<Adapter> {
protected:
    std::unique_ptr<StoreUnderTest> made = GetParam().make();
    ports::Store& store = made->store();
    Caller caller{store};
};

INSTANTIATE_TEST_SUITE_P(Stores, StoreSuite, testing::ValuesIn(adapters()),
                         [](const auto& each) { return std::string(each.param.name); });

// Rows and versions

TEST_P(StoreSuite, RowsOfEachKindComeBackAsTheyWere) {
    auto token = credential("h1", ports::CredentialKind::api_token, at(5));
    token.user = core::UserId("u1");
    token.expires_at = at(500);
    auto proven = line(7, 2);
    proven.proofs["door"] = {core::VerificationId("v1"), at(4)};
    const std::vector<ports::Row> rows{verification("v1"), user("u1"), proven, binding("name", "u1"), token};
    Change change;
    std::vector<ports::Key> keys;
    for (const auto& row : rows) {
        change.put(row, 0);
        keys.push_back(ports::key_of(row));
    }
    const auto versions = caller.versions_of(change);
    const auto loaded = caller.load(keys);
    ASSERT_EQ(loaded.rows().size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(loaded.rows()[i].first, keys[i]);
        EXPECT_EQ(*loaded.rows()[i].second.row, rows[i]);
        EXPECT_GT(versions.at(i), 0U);
        EXPECT_EQ(loaded.rows()[i].second.version, versions.at(i));
    }
}

TEST_P(StoreSuite, NumbersWithALineComeInOrderAndPieceByPiece) {
    ASSERT_TRUE(caller.commits(Change().put(line(3, 0), 0).put(verification("v1"), 0)));
    ASSERT_TRUE(caller.commits(Change().put(line(1, 0), 0).put(line(2, 0), 0).put(user("u1"), 0)));
    EXPECT_EQ(caller.line_numbers({}, 2), (std::vector{number(1), number(2)}));
    EXPECT_EQ(caller.line_numbers(number(2), 2), std::vector{number(3)});
    EXPECT_EQ(caller.line_numbers(number(3), 2), std::vector<core::PhoneNumber>{});
}

TEST_P(StoreSuite, WhatIsNotThereHasVersionZero) {
    const auto loaded = caller.load({core::UserId("u1"), number(1)});
    ASSERT_EQ(loaded.rows().size(), 2U);
    EXPECT_FALSE(loaded.rows()[0].second.row);
    EXPECT_EQ(loaded.version(core::UserId("u1")), 0U);
}

TEST_P(StoreSuite, TheSameTextAsKeyOfTwoKindsIsTwoRows) {
    ASSERT_TRUE(caller.commits(Change().put(user("x"), 0).put(verification("x"), 0)));
    EXPECT_TRUE(caller.find<core::User>(core::UserId("x")).has_value());
    EXPECT_TRUE(caller.find<core::Verification>(core::VerificationId("x")).has_value());
}

TEST_P(StoreSuite, AChangeRaisesTheVersionByOne) {
    const auto first = caller.versions_of(Change().put(line(1, 0), 0)).at(0);
    EXPECT_THAT(caller.versions_of(Change().put(line(1, 1), first)), ElementsAre(first + 1));
    EXPECT_THAT(caller.versions_of(Change().put(line(1, 2), first + 1)), ElementsAre(first + 2));
    EXPECT_EQ(caller.version(number(1)), first + 2);
    EXPECT_EQ(caller.find<core::Line>(number(1)), line(1, 2));
}

TEST_P(StoreSuite, AStaleVersionIsAConflict) {
    const auto first = caller.versions_of(Change().put(line(1, 0), 0)).at(0);
    ASSERT_TRUE(caller.commits(Change().put(line(1, 1), first)));
    for (const std::uint64_t stale : {std::uint64_t{0}, first, first + 2})
        EXPECT_TRUE(caller.conflicts(Change().put(line(1, 9), stale))) << stale;
    EXPECT_TRUE(caller.conflicts(Change().put(line(2, 9), 1))) << "there is none";
    EXPECT_EQ(caller.find<core::Line>(number(1)), line(1, 1));
}

TEST_P(StoreSuite, ANameBelongsToWhoeverStoresItFirst) {
    ASSERT_TRUE(caller.commits(Change().put(binding("username:ann", "u1"), 0)));
    EXPECT_TRUE(caller.conflicts(Change().put(binding("username:ann", "u2"), 0)));
    EXPECT_EQ(caller.find<ports::Binding>(name("username:ann"))->target, "u1");
}

TEST_P(StoreSuite, EraseTakesTheRowOfThatVersion) {
    const auto first = caller.versions_of(Change().put(binding("n", "u1"), 0)).at(0);
    EXPECT_TRUE(caller.conflicts(Change().erase(name("n"), first + 1)));
    EXPECT_TRUE(caller.conflicts(Change().erase(name("n"), 0)));
    ASSERT_TRUE(caller.commits(Change().erase(name("n"), first)));
    EXPECT_EQ(caller.version(name("n")), 0U);
    EXPECT_TRUE(caller.conflicts(Change().erase(name("n"), first)));
    EXPECT_TRUE(caller.commits(Change().erase(name("n"), 0)));
}

TEST_P(StoreSuite, ARowThatComesBackIsNotTakenForTheOldOne) {
    const auto first = caller.versions_of(Change().put(binding("n", "u1"), 0)).at(0);
    ASSERT_TRUE(caller.commits(Change().put(binding("n", "u1"), first)));
    ASSERT_TRUE(caller.commits(Change().erase(name("n"), first + 1)));
    ASSERT_TRUE(caller.commits(Change().put(binding("n", "u2"), 0)));
    EXPECT_GT(caller.version(name("n")), first + 1);
    EXPECT_TRUE(caller.conflicts(Change().erase(name("n"), first + 1)));
    EXPECT_TRUE(caller.conflicts(Change().put(binding("n", "u1"), first)));
}

TEST_P(StoreSuite, APrunedRowThatComesBackIsNotTakenForTheOldOne) {
    const auto first = caller.versions_of(Change().put(line(1, 0), 0)).at(0);
    ASSERT_TRUE(caller.commits(Change().put(line(1, 0), first)));
    ASSERT_EQ(caller.prune(at(100), at(100)).lines, 1U);
    ASSERT_TRUE(caller.commits(Change().put(line(1, 0), 0)));
    EXPECT_GT(caller.version(number(1)), first + 1);
}

// All or nothing

TEST_P(StoreSuite, AConflictInTheLastPutLeavesNothing) {
    const auto old =
        caller.versions_of(Change().put(binding("taken", "u1"), 0).put(binding("old", "u1"), 0)).at(1);
    const core::Rate once{1, Seconds(60)};
    const Change change = Change()
                              .put(user("u2"), 0)
                              .put(line(5, 0), 0)
                              .erase(name("old"), old)
                              .event(event("v1", 1))
                              .message(message("m1", at(0)))
                              .charge("l", once)
                              .put(binding("taken", "u2"), 0);
    EXPECT_TRUE(caller.conflicts(change));
    EXPECT_EQ(caller.version(core::UserId("u2")), 0U);
    EXPECT_EQ(caller.version(number(5)), 0U);
    EXPECT_EQ(caller.version(name("old")), old);
    EXPECT_THAT(caller.events(StreamKind::verification, "v1"), IsEmpty());
    EXPECT_THAT(caller.messages("v-m1"), IsEmpty());
    EXPECT_EQ(caller.next_due(), std::nullopt);
    EXPECT_TRUE(caller.commits(Change().charge("l", once))) << "the limiter was not stepped";
}

TEST_P(StoreSuite, ATakenSequenceIsAConflictAndLeavesNothing) {
    ASSERT_TRUE(caller.commits(Change().event(event("v1", 1))));
    EXPECT_TRUE(caller.conflicts(Change().put(line(1, 0), 0).event(event("v1", 1))));
    EXPECT_EQ(caller.version(number(1)), 0U);
}

TEST_P(StoreSuite, ATakenMessageIdIsAConflictAndLeavesNothing) {
    ASSERT_TRUE(caller.commits(Change().message(message("m1", at(0)))));
    EXPECT_TRUE(caller.conflicts(Change().put(line(1, 0), 0).message(message("m1", at(9)))));
    EXPECT_EQ(caller.version(number(1)), 0U);
    EXPECT_EQ(caller.message("v-m1"), message("m1", at(0)));
}

// Events

TEST_P(StoreSuite, EventsComeInTheOrderOfTheirSequence) {
    ASSERT_TRUE(caller.commits(Change().event(event("v1", 1)).event(event("v1", 2))));
    ASSERT_TRUE(caller.commits(Change().event(event("v1", 11)).event(event("v1", 3)).event(event("v2", 1))));
    EXPECT_THAT(caller.events(StreamKind::verification, "v1"),
                ElementsAre(event("v1", 1), event("v1", 2), event("v1", 3), event("v1", 11)));
}

TEST_P(StoreSuite, StreamsOfTwoKindsAreApart) {
    auto of_user = event("x", 1);
    of_user.kind = StreamKind::user;
    ASSERT_TRUE(caller.commits(Change().event(event("x", 1)).event(of_user)));
    EXPECT_THAT(caller.events(StreamKind::user, "x"), ElementsAre(of_user));
    EXPECT_THAT(caller.events(StreamKind::verification, "x"), ElementsAre(event("x", 1)));
}

// Limiters

TEST_P(StoreSuite, ALimiterIsSharedAndFadesWithTheTimeOfTheDecision) {
    const core::Rate two{2, Seconds(60)};
    EXPECT_TRUE(caller.commits(Change().charge("l", two)));
    EXPECT_TRUE(caller.commits(Change().charge("l", two)));
    EXPECT_FALSE(caller.commits(Change().charge("l", two)));
    EXPECT_TRUE(caller.commits(Change().charge("other", two)));
    EXPECT_FALSE(caller.commits(Change().when(at(29)).charge("l", two)));
    EXPECT_TRUE(caller.commits(Change().when(at(30)).charge("l", two)));
}

TEST_P(StoreSuite, ARefusedChargeNamesItsLimiterAndMoment) {
    const core::Rate one{1, Seconds(60)};
    ASSERT_TRUE(caller.commits(Change().charge("l", one)));
    const auto refused = caller.commit(Change().when(at(10)).charge("l", one));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), ports::CommitFailure(ports::OverLimit{"l", at(60)}));
}

TEST_P(StoreSuite, ARefusedChargeLeavesNothing) {
    const core::Rate one{1, Seconds(60)}, two{2, Seconds(60)};
    ASSERT_TRUE(caller.commits(Change().charge("l", one)));
    EXPECT_FALSE(caller.commits(Change()
                                    .put(line(1, 0), 0)
                                    .event(event("v1", 1))
                                    .message(message("m1", at(0)))
                                    .charge("free", two)
                                    .charge("l", one)));
    EXPECT_EQ(caller.version(number(1)), 0U);
    EXPECT_THAT(caller.events(StreamKind::verification, "v1"), IsEmpty());
    EXPECT_THAT(caller.messages("v-m1"), IsEmpty());
    EXPECT_TRUE(caller.commits(Change().charge("free", two).charge("free", two))) << "nothing of it was used";
}

TEST_P(StoreSuite, OfTwoLimitersTheOneThatTakesLongestIsNamed) {
    const core::Rate minute{1, Seconds(60)}, hour{1, Seconds(3600)};
    ASSERT_TRUE(caller.commits(Change().charge("hour", hour).charge("minute", minute)));
    const ports::CommitFailure expected(ports::OverLimit{"hour", at(3600)});
    EXPECT_EQ(caller.commit(Change().charge("hour", hour).charge("minute", minute)).error(), expected);
    EXPECT_EQ(caller.commit(Change().charge("minute", minute).charge("hour", hour)).error(), expected);
}

TEST_P(StoreSuite, AConflictComesBeforeALimit) {
    const core::Rate one{1, Seconds(60)};
    ASSERT_TRUE(caller.commits(Change().charge("l", one)));
    EXPECT_TRUE(caller.conflicts(Change().put(line(1, 0), 3).charge("l", one)));
}

TEST_P(StoreSuite, ARateOfZeroIsNoLimit) {
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(caller.commits(Change().charge("l", core::Rate{})));
}

// The outbox

TEST_P(StoreSuite, MessagesAreClaimedWhenDueOldestFirst) {
    ASSERT_TRUE(caller.commits(
        Change().message(message("c", at(30))).message(message("a", at(10))).message(message("b", at(20)))));
    EXPECT_EQ(caller.next_due(), at(10));
    EXPECT_THAT(caller.claim(10, Milliseconds(1000), at(9)), IsEmpty());
    const auto first = caller.claim(1, Milliseconds(60'000), at(25));
    ASSERT_EQ(first.size(), 1U);
    auto tried = message("a", at(10));
    tried.attempts = 1;
    EXPECT_EQ(first[0].message, tried);
    EXPECT_EQ(caller.message("v-a"), tried);
    EXPECT_FALSE(first[0].lease.empty());
    EXPECT_FALSE(first[0].abandoned);
    const auto rest = caller.claim(10, Milliseconds(60'000), at(25));
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].message.id, core::MessageId("b"));
    EXPECT_EQ(caller.next_due(), at(30));
}

TEST_P(StoreSuite, ALeaseThatRanOutHandsTheMessageOver) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto first = caller.claim(1, Milliseconds(30'000), at(0));
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(caller.next_due(), at(30));
    EXPECT_THAT(caller.claim(1, Milliseconds(30'000), at(29)), IsEmpty());
    const auto second = caller.claim(1, Milliseconds(30'000), at(30));
    ASSERT_EQ(second.size(), 1U);
    EXPECT_NE(second[0].lease, first[0].lease);
    EXPECT_TRUE(second[0].abandoned);
    EXPECT_EQ(second[0].message.attempts, 2U);

    auto sent = first[0].message;
    sent.state = MessageState::sent;
    EXPECT_EQ(caller.settle(sent, first[0].lease), dialproof::fail(Fault::conflict));
    EXPECT_EQ(caller.message("v-a").state, MessageState::queued);
    EXPECT_TRUE(caller.settle(sent, second[0].lease).has_value());
    EXPECT_EQ(caller.message("v-a").state, MessageState::sent);
}

TEST_P(StoreSuite, ASettlementIsKeptAndEndsTheLease) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
    auto sent = claimed.at(0).message;
    sent.state = MessageState::sent;
    sent.changed_at = at(2);
    sent.due_at.reset();
    sent.tries = {attempt(1, "file")};
    ASSERT_TRUE(caller.settle(sent, claimed[0].lease).has_value());
    EXPECT_EQ(caller.message("v-a"), sent);
    EXPECT_EQ(caller.next_due(), std::nullopt);
    EXPECT_EQ(caller.settle(sent, claimed[0].lease), dialproof::fail(Fault::conflict));
    EXPECT_THAT(caller.claim(1, Milliseconds(30'000), at(9999)), IsEmpty());
}

TEST_P(StoreSuite, AMessageThatStaysQueuedIsDueAgain) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
    auto again = claimed.at(0).message;
    again.due_at = at(5);
    again.error = "throttled";
    ASSERT_TRUE(caller.settle(again, claimed[0].lease).has_value());
    EXPECT_EQ(caller.next_due(), at(5));
    EXPECT_THAT(caller.claim(1, Milliseconds(1), at(4)), IsEmpty());
    const auto second = caller.claim(1, Milliseconds(1), at(5));
    ASSERT_EQ(second.size(), 1U);
    EXPECT_FALSE(second[0].abandoned);
    again.attempts = 2;
    EXPECT_EQ(second[0].message, again);
}

TEST_P(StoreSuite, SettlingWhatNobodyClaimedOrWhatIsNotThereIsAConflict) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    EXPECT_EQ(caller.settle(message("a", at(0)), ""), dialproof::fail(Fault::conflict));
    EXPECT_EQ(caller.settle(message("z", at(0)), "lease"), dialproof::fail(Fault::conflict));
}

TEST_P(StoreSuite, ReceiptsMoveOnlyForward) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
    auto sent = claimed.at(0).message;
    sent.state = MessageState::sent;
    sent.due_at.reset();
    sent.tries = {attempt(1, "file")};
    ASSERT_TRUE(caller.settle(sent, claimed[0].lease).has_value());

    EXPECT_EQ(caller.receive("a", MessageState::sent, at(2)), MessageState::sent);
    EXPECT_EQ(caller.next_due(), std::nullopt);
    EXPECT_EQ(caller.receive("a", MessageState::failed, at(3)), MessageState::queued);
    EXPECT_EQ(caller.next_due(), at(3)) << "the next provider has its turn";
    EXPECT_EQ(caller.message("v-a").changed_at, at(3));
    EXPECT_EQ(caller.message("v-a").error, "by_receipt");
    EXPECT_EQ(caller.receive("a", MessageState::delivered, at(4)), MessageState::delivered);
    EXPECT_EQ(caller.next_due(), std::nullopt);
    EXPECT_EQ(caller.receive("a", MessageState::failed, at(5)), std::nullopt);
    EXPECT_EQ(caller.receive("a", MessageState::sent, at(5)), std::nullopt);
    EXPECT_EQ(caller.message("v-a").state, MessageState::delivered);
    EXPECT_EQ(caller.message("v-a").changed_at, at(4));
    EXPECT_EQ(caller.receive("nobody", MessageState::delivered, at(5)), std::nullopt);
}

TEST_P(StoreSuite, OfTwoReceiptsWithAPriceTheFirstTellsIt) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
    auto sent = claimed.at(0).message;
    sent.state = MessageState::sent;
    sent.due_at.reset();
    sent.tries = {attempt(1, "file")};
    ASSERT_TRUE(caller.settle(sent, claimed[0].lease).has_value());

    ports::Receipt receipt{sent.id, MessageState::sent, at(2), ""};
    receipt.price = ports::Price{"0.05", "EUR"};
    const auto first = caller.record(receipt);
    EXPECT_EQ(first.price, receipt.price);
    EXPECT_EQ(first.verification, sent.verification);
    receipt.state = MessageState::delivered;
    receipt.price = ports::Price{"0.06", "EUR"};
    const auto second = caller.record(receipt);
    EXPECT_EQ(second.state, MessageState::delivered);
    EXPECT_EQ(second.price, std::nullopt);
    EXPECT_EQ(caller.message("v-a").tries.at(0).price, first.price);
}

TEST_P(StoreSuite, AReceiptMayOvertakeTheSettlement) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
    EXPECT_EQ(caller.receive("a", MessageState::delivered, at(1)), MessageState::delivered);
    auto sent = claimed.at(0).message;
    sent.state = MessageState::sent;
    sent.tries = {attempt(1, "file")};
    EXPECT_EQ(caller.next_due(), std::nullopt) << "what is delivered is nobody's to send";
    EXPECT_TRUE(caller.settle(sent, claimed[0].lease).has_value());
    EXPECT_EQ(caller.message("v-a").state, MessageState::delivered);
    EXPECT_EQ(caller.message("v-a").tries.at(0).provider, "file");
    EXPECT_EQ(caller.message("v-a").tries.at(0).told, MessageState::delivered);
    EXPECT_EQ(caller.next_due(), std::nullopt);
}

TEST_P(StoreSuite, AMessageThatIsStoredWithALeaseIsItsHolders) {
    ports::NewMessage fresh(message("a", at(0)));
    fresh.lease = "first";
    fresh.leased_until = at(60);
    ++fresh.message.attempts;
    ASSERT_TRUE(caller.commits(Change().message(fresh)));
    EXPECT_EQ(caller.next_due(), at(60));
    EXPECT_THAT(caller.claim(10, Milliseconds(1), at(59)), IsEmpty());
    auto sent = fresh.message;
    sent.state = MessageState::sent;
    sent.due_at.reset();
    sent.tries = {attempt(1, "file")};
    EXPECT_TRUE(caller.settle(sent, "first").has_value());
    EXPECT_EQ(caller.message("v-a"), sent);
    EXPECT_EQ(caller.next_due(), std::nullopt);
}

TEST_P(StoreSuite, ALeaseThatAMessageWasStoredWithRunsOutToo) {
    ports::NewMessage fresh(message("a", at(0)));
    fresh.lease = "first";
    fresh.leased_until = at(60);
    ++fresh.message.attempts;
    ASSERT_TRUE(caller.commits(Change().message(fresh)));
    const auto claimed = caller.claim(10, Milliseconds(1000), at(60));
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_TRUE(claimed[0].abandoned);
    EXPECT_EQ(claimed[0].message.attempts, 2U);
    EXPECT_EQ(caller.settle(fresh.message, "first"), dialproof::fail(Fault::conflict));
}

TEST_P(StoreSuite, WhatWasSentIsClaimedWhenItIsToBeLookedAtAgain) {
    ASSERT_TRUE(caller.commits(Change().message(message("a", at(0)))));
    const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
    auto unknown = claimed.at(0).message;
    unknown.state = MessageState::unknown;
    unknown.due_at = at(8);
    unknown.tries = {attempt(1, "first")};
    ASSERT_TRUE(caller.settle(unknown, claimed[0].lease).has_value());
    EXPECT_THAT(caller.claim(1, Milliseconds(30'000), at(7)), IsEmpty());
    const auto again = caller.claim(1, Milliseconds(30'000), at(8));
    ASSERT_EQ(again.size(), 1U);
    EXPECT_FALSE(again[0].abandoned);
    EXPECT_EQ(again[0].message.tries, unknown.tries);
    auto sent = again[0].message;
    sent.state = MessageState::sent;
    sent.due_at.reset();
    sent.tries.push_back(attempt(2, "second"));
    ASSERT_TRUE(caller.settle(sent, again[0].lease).has_value());
    EXPECT_EQ(caller.message("v-a"), sent);
}

TEST_P(StoreSuite, AnAttemptIsFoundByItsProvidersIdElseByItsNumber) {
    for (const auto* id : {"a", "b"}) {
        ASSERT_TRUE(caller.commits(Change().message(message(id, at(0)))));
        const auto claimed = caller.claim(1, Milliseconds(30'000), at(0));
        auto sent = claimed.at(0).message;
        sent.state = MessageState::sent;
        sent.due_at.reset();
        sent.tries = {attempt(1, "smsc")};
        sent.tries[0].reference = std::string("ref-") + id;
        ASSERT_TRUE(caller.settle_by_reference(sent, claimed[0].lease));
    }
    const auto to = message("a", at(0)).to;
    EXPECT_EQ(caller.sent_to("smsc", {"ref-x", "ref-a"}, {}), (std::vector<std::string>{"a 1"}));
    EXPECT_EQ(caller.sent_to("smsc", {"ref-x"}, to), (std::vector<std::string>{"b 1", "a 1"}));
    EXPECT_EQ(caller.sent_to("smsc", {"ref-x"}, {}), (std::vector<std::string>{}));
    EXPECT_EQ(caller.sent_to("other", {"ref-a"}, to), (std::vector<std::string>{}));
    EXPECT_EQ(caller.prune(at(100), at(100)).references, 2U);
    EXPECT_EQ(caller.sent_to("smsc", {"ref-a"}, to), (std::vector<std::string>{}));
}

TEST_P(StoreSuite, VerificationsOfANumberComeNewestFirst) {
    auto early = verification("early"), late = verification("late"), other = verification("other");
    early.number = late.number = number(1);
    late.created_at = at(9);
    other.number = number(2);
    ASSERT_TRUE(caller.commits(Change().put(early, 0).put(other, 0)));
    ASSERT_TRUE(caller.commits(Change().put(late, 0)));
    EXPECT_THAT(caller.verifications_of(number(1), 10),
                ElementsAre(core::VerificationId("late"), core::VerificationId("early")));
    EXPECT_THAT(caller.verifications_of(number(1), 1), ElementsAre(core::VerificationId("late")));
}

TEST_P(StoreSuite, MessagesOfAVerificationComeInTheOrderTheyWereStored) {
    auto second = message("a", at(0));
    second.verification = core::VerificationId("v-z");
    ASSERT_TRUE(caller.commits(Change().message(message("z", at(50)))));
    ASSERT_TRUE(caller.commits(Change().message(second)));
    EXPECT_THAT(caller.messages("v-z"), ElementsAre(message("z", at(50)), second));
}

// Lists, pruning, health

TEST_P(StoreSuite, UsersAreFoundByEachOfTheirNumbersLastChangedFirst) {
    core::User early = user("early"), late = user("late"), proving = user("proving");
    late.changed_at = at(9);
    proving.phones.clear();
    proving.pending = core::PendingProof{core::VerificationId("v"), number(2)};
    ASSERT_TRUE(caller.commits(Change().put(early, 0).put(late, 0).put(proving, 0)));
    EXPECT_THAT(caller.users_of(number(2), 10),
                ElementsAre(core::UserId("late"), core::UserId("early"), core::UserId("proving")));
    EXPECT_THAT(caller.users_of(number(2), 1), ElementsAre(core::UserId("late")));
    EXPECT_THAT(caller.users_of(number(3), 10), IsEmpty());
}

TEST_P(StoreSuite, AUserIsNotFoundByANumberThatItGaveUp) {
    core::User moved = user("u1");
    const auto first = caller.versions_of(Change().put(moved, 0)).at(0);
    moved.phones.front().number = number(3);
    ASSERT_TRUE(caller.conflicts(Change().put(moved, first + 6)));
    EXPECT_THAT(caller.users_of(number(2), 10), ElementsAre(core::UserId("u1")));
    ASSERT_TRUE(caller.commits(Change().put(moved, first)));
    EXPECT_THAT(caller.users_of(number(2), 10), IsEmpty());
    EXPECT_THAT(caller.users_of(number(3), 10), ElementsAre(core::UserId("u1")));
    ASSERT_TRUE(caller.commits(Change().erase(core::UserId("u1"), first + 1)));
    EXPECT_THAT(caller.users_of(number(3), 10), IsEmpty());
}

TEST_P(StoreSuite, CredentialsAreListedNewestFirst) {
    using enum ports::CredentialKind;
    auto revoked = credential("b", api_token, at(20));
    revoked.revoked_at = at(21);
    ASSERT_TRUE(caller.commits(Change()
                                   .put(credential("a", api_token, at(10)), 0)
                                   .put(revoked, 0)
                                   .put(credential("s", session, at(40)), 0)
                                   .put(credential("c", api_token, at(30)), 0)));
    EXPECT_THAT(caller.credentials(api_token, 10),
                ElementsAre(credential("c", api_token, at(30)), revoked, credential("a", api_token, at(10))));
    EXPECT_THAT(caller.credentials(api_token, 1), ElementsAre(credential("c", api_token, at(30))));
    EXPECT_THAT(caller.credentials(session, 10), ElementsAre(credential("s", session, at(40))));
}

TEST_P(StoreSuite, PruneTakesWhatEndedBeforeTheRetentionAndNothingElse) {
    auto approved = verification("approved"), approved_late = verification("approved-late");
    approved.status = approved_late.status = core::VerificationStatus::approved;
    approved_late.changed_at = at(1000);
    auto expired = verification("expired"), pending = verification("pending");
    pending.expires_at = at(1600);
    auto revoked = credential("revoked", ports::CredentialKind::api_token, at(0));
    revoked.revoked_at = at(5);
    auto expiring = credential("expiring", ports::CredentialKind::session, at(0));
    expiring.expires_at = at(5000);
    auto active = line(3, 0);
    active.sends.push_back(at(1001));
    auto proven = line(4, 0);
    proven.proofs["door"] = {core::VerificationId("pending"), at(1001)};
    auto young = event("v1", 2);
    young.at = at(1000);
    auto long_lived = message("long", at(900));
    const core::Rate one{1, Seconds(60)}, slow{1, Seconds(100'000)};
    ASSERT_TRUE(caller.commits(Change()
                                   .put(approved, 0)
                                   .put(approved_late, 0)
                                   .put(expired, 0)
                                   .put(pending, 0)
                                   .put(user("u1"), 0)
                                   .put(line(1, 0), 0)
                                   .put(line(2, 1), 0)
                                   .put(active, 0)
                                   .put(proven, 0)
                                   .put(binding("kept", "x"), 0)
                                   .put(revoked, 0)
                                   .put(expiring, 0)
                                   .put(credential("kept", ports::CredentialKind::api_token, at(0)), 0)
                                   .event(event("v1", 1))
                                   .event(young)
                                   .message(message("old", at(0)))
                                   .message(long_lived)
                                   .charge("idle", one)
                                   .charge("busy", slow)));
    const auto pruned = caller.prune(at(1000), at(2000));
    EXPECT_EQ(pruned.verifications, 2U);
    EXPECT_EQ(pruned.lines, 1U);
    EXPECT_EQ(pruned.credentials, 1U);
    EXPECT_EQ(pruned.events, 1U);
    EXPECT_EQ(pruned.messages, 1U);
    EXPECT_EQ(pruned.limiters, 1U);

    EXPECT_EQ(caller.version(approved.id), 0U);
    EXPECT_EQ(caller.version(expired.id), 0U);
    EXPECT_EQ(caller.version(number(1)), 0U);
    EXPECT_EQ(caller.version(revoked.hash), 0U);
    for (const ports::Key& kept :
         {ports::Key(approved_late.id), ports::Key(pending.id), ports::Key(core::UserId("u1")),
          ports::Key(number(2)), ports::Key(number(3)), ports::Key(proven.number), ports::Key(name("kept")),
          ports::Key(expiring.hash), ports::Key(core::CredentialHash("kept"))})
        EXPECT_GT(caller.version(kept), 0U);
    EXPECT_THAT(caller.events(StreamKind::verification, "v1"), ElementsAre(young));
    EXPECT_THAT(caller.messages("v-old"), IsEmpty());
    EXPECT_THAT(caller.messages("v-long"), ElementsAre(long_lived));
    EXPECT_FALSE(caller.commits(Change().when(at(2000)).charge("busy", slow)));
}

TEST_P(StoreSuite, PruneTakesAnyNumber) {
    constexpr unsigned count = 1300;
    Change change;
    for (unsigned i = 0; i < count; ++i) {
        auto v = verification("v" + std::to_string(i));
        v.expires_at = at(i % 2 == 0 ? 10 : 2000);
        change.put(v, 0)
            .event(event(v.id.text, 1))
            .charge("l" + std::to_string(i), core::Rate{1, Seconds(60)});
    }
    ASSERT_TRUE(caller.commits(change));
    const auto pruned = caller.prune(at(1000), at(1000));
    EXPECT_EQ(pruned.verifications, count / 2);
    EXPECT_EQ(pruned.events, count);
    EXPECT_EQ(pruned.limiters, count);
    const auto again = caller.prune(at(1000), at(1000));
    EXPECT_EQ(again.verifications + again.events + again.limiters, 0U);
    EXPECT_GT(caller.version(core::VerificationId("v1")), 0U);
}

TEST_P(StoreSuite, ProbeTellsThatACommitWouldWork) { EXPECT_TRUE(caller.probe().has_value()); }

// Threads

TEST_P(StoreSuite, SixteenCallersWithTheSameVersionHaveOneWinner) {
    const auto first = caller.versions_of(Change().put(line(1, 0), 0)).at(0);
    std::atomic<unsigned> won{0}, lost{0};
    in_parallel(16, [&](unsigned i) {
        Caller own(store);
        const auto done = own.commit(Change().put(line(1, 1 + i), first).event(event("v1", 1)));
        if (done)
            ++won;
        else if (done.error() == ports::CommitFailure(Fault::conflict))
            ++lost;
    });
    EXPECT_EQ(won, 1U);
    EXPECT_EQ(lost, 15U);
    EXPECT_EQ(caller.version(number(1)), first + 1);
}

TEST_P(StoreSuite, SixteenCallersForOneNameHaveOneOwner) {
    std::atomic<unsigned> won{0};
    in_parallel(16, [&](unsigned i) {
        Caller own(store);
        const std::string id = "u" + std::to_string(i);
        if (own.commits(Change().put(user(id), 0).put(binding("username:ann", id), 0)))
            ++won;
    });
    EXPECT_EQ(won, 1U);
    const auto owner = caller.find<ports::Binding>(name("username:ann"))->target;
    for (unsigned i = 0; i < 16; ++i) {
        const std::string id = "u" + std::to_string(i);
        EXPECT_EQ(caller.version(core::UserId(id)) > 0, id == owner);
    }
}

TEST_P(StoreSuite, NoChangeOfSixteenCallersIsLost) {
    constexpr unsigned each_adds = 20;
    ASSERT_TRUE(caller.commits(Change().put(line(1, 0), 0)));
    in_parallel(16, [&](unsigned) {
        Caller own(store);
        for (unsigned added = 0; added < each_adds;) {
            const auto loaded = own.load({number(1)});
            const auto misses = loaded.find<core::Line>(number(1))->misses_in_row;
            if (own.commits(Change().put(line(1, misses + 1), loaded.version(number(1)))))
                ++added;
        }
    });
    EXPECT_EQ(caller.find<core::Line>(number(1))->misses_in_row, 16 * each_adds);
}

TEST_P(StoreSuite, SixteenCallersGetNoMoreThanTheLimit) {
    std::atomic<unsigned> passed{0};
    in_parallel(16, [&](unsigned) {
        Caller own(store);
        if (own.commits(Change().charge("l", core::Rate{5, Seconds(60)})))
            ++passed;
    });
    EXPECT_EQ(passed, 5U);
}

TEST_P(StoreSuite, EachMessageIsClaimedByOneOfSixteen) {
    Change change;
    for (int i = 0; i < 40; ++i)
        change.message(message("m" + std::to_string(i), at(0)));
    ASSERT_TRUE(caller.commits(change));
    std::mutex mutex;
    std::multiset<std::string> claimed;
    std::set<std::string> leases;
    in_parallel(16, [&](unsigned) {
        Caller own(store);
        const auto mine = own.claim(3, Milliseconds(60'000), at(0));
        const std::lock_guard lock(mutex);
        for (const auto& each : mine) {
            claimed.insert(each.message.id.text);
            leases.insert(each.lease);
        }
    });
    EXPECT_EQ(claimed.size(), 40U);
    EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), 40U);
    EXPECT_EQ(leases.size(), 40U);
}

TEST_P(StoreSuite, ALoadSeesAllOfACommitOrNothing) {
    const auto first = caller.versions_of(Change().put(line(1, 0), 0).put(line(2, 0), 0));
    std::atomic<bool> writing{true};
    std::atomic<unsigned> torn{0};
    in_parallel(4, [&](unsigned i) {
        Caller own(store);
        if (i == 0) {
            for (unsigned n = 1; n <= 200; ++n)
                if (!own.commits(
                        Change().put(line(1, n), first.at(0) + n - 1).put(line(2, n), first.at(1) + n - 1)))
                    ++torn;
            writing = false;
            return;
        }
        while (writing) {
            const auto loaded = own.load({number(1), number(2)});
            if (loaded.find<core::Line>(number(1))->misses_in_row !=
                loaded.find<core::Line>(number(2))->misses_in_row)
                ++torn;
        }
    });
    EXPECT_EQ(torn, 0U);
    EXPECT_EQ(caller.version(number(1)), first.at(0) + 200);
}

Task<void> commit_and_note(ports::Store& store, ports::Changes changes, std::thread::id& resumed_on) {
    const auto committed = co_await store.commit(changes);
    if (committed)
        resumed_on = std::this_thread::get_id();
}

TEST_P(StoreSuite, TheCallerWaitsAndGoesOnOnItsOwnExecutor) {
    std::thread::id resumed_on;
    ports::Changes changes = Change().put(line(1, 0), 0);
    caller.loop().wait_for(commit_and_note(store, changes, resumed_on));
    EXPECT_TRUE(resumed_on == std::this_thread::get_id());
}

} // namespace
} // namespace dialproof::test
