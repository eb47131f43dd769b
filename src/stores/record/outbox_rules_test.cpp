#include "stores/record/outbox_rules.h"

#include "stores/record/lifetimes.h"

#include <gtest/gtest.h>

namespace dialproof::stores {
namespace {

using ports::MessageState;
using enum ports::MessageState;

Instant at(int seconds) { return Instant(Seconds(seconds)); }

ports::Attempt attempt(unsigned number, const std::string& provider) {
    ports::Attempt made;
    made.number = number;
    made.provider = provider;
    made.at = at(6);
    made.outcome = ports::SubmitOutcome::accepted;
    return made;
}

// Sent or not, it was claimed once.
ports::Message message(MessageState state) {
    ports::Message m{.id = core::MessageId("m1"),
                     .verification = core::VerificationId("v1"),
                     .generation = 1,
                     .to = *core::PhoneNumber::parse("+41791234567"),
                     .service = core::ServiceName("default"),
                     .channel = core::Channel::sms,
                     .locale = "en",
                     .state = state,
                     .created_at = at(5),
                     .changed_at = at(10),
                     .due_at = {},
                     .expires_at = at(600),
                     .attempts = 1,
                     .error = "",
                     .tries = {}};
    if (state == queued)
        m.due_at = at(5);
    else
        m.tries = {attempt(1, "first")};
    return m;
}

ports::Receipt receipt(MessageState state, unsigned number = 0) {
    return {core::MessageId("m1"), state, at(20), "why", number};
}

// The state after a receipt; nothing where it told nothing new.
std::optional<MessageState> told(MessageState from, bool leased, MessageState to) {
    const auto moved = after_receipt(message(from), leased, receipt(to));
    return moved ? std::optional(moved->state) : std::nullopt;
}

TEST(Claims, OfAnAbandonedMessageKeepThatItMayHaveLeft) {
    const auto first = after_claim(message(queued), false);
    EXPECT_EQ(first.attempts, 2U);
    EXPECT_TRUE(first.tries.empty());
    const auto second = after_claim(first, true);
    EXPECT_EQ(second.attempts, 3U);
    ASSERT_EQ(second.tries.size(), 1U);
    EXPECT_EQ(second.tries[0].number, 2U);
    EXPECT_EQ(second.tries[0].outcome, ports::SubmitOutcome::unknown);
}

TEST(Receipts, MoveAMessageForward) {
    EXPECT_EQ(told(sent, false, delivered), delivered);
    EXPECT_EQ(told(unknown, false, delivered), delivered);
    EXPECT_EQ(told(unknown, false, sent), sent);
    EXPECT_EQ(told(failed, false, delivered), delivered);
    EXPECT_EQ(told(expired, false, delivered), delivered);
    EXPECT_EQ(told(delivered, false, failed), delivered) << "it is kept with the attempt alone";
    EXPECT_EQ(told(canceled, false, delivered), std::nullopt);
}

TEST(Receipts, OfAFailureGiveTheNextProviderItsTurn) {
    for (const auto bad : {failed, expired})
        for (const auto from : {sent, unknown}) {
            const auto moved = after_receipt(message(from), false, receipt(bad));
            ASSERT_TRUE(moved.has_value());
            EXPECT_EQ(moved->state, queued);
            EXPECT_EQ(moved->due_at, at(20));
            EXPECT_EQ(moved->error, "why");
        }
}

TEST(Receipts, OfAFailureAreTheEndWhereNobodyElseIsToTryOrTheCodeHasExpired) {
    auto final_word = receipt(failed);
    final_word.another_may_try = false;
    EXPECT_EQ(after_receipt(message(sent), false, final_word)->state, failed);
    EXPECT_EQ(after_receipt(message(sent), false, final_word)->due_at, std::nullopt);
    auto late = receipt(expired);
    late.at = at(600);
    EXPECT_EQ(after_receipt(message(sent), false, late)->state, expired);
}

TEST(Receipts, OfAnEarlierAttemptAreKeptAndOnlyADeliveryCounts) {
    auto twice = message(sent);
    twice.attempts = 2;
    twice.tries.push_back(attempt(2, "second"));
    const auto moved = after_receipt(twice, false, receipt(failed, 1));
    ASSERT_TRUE(moved.has_value());
    EXPECT_EQ(moved->state, sent);
    EXPECT_EQ(moved->tries[0].told, failed);
    EXPECT_EQ(moved->tries[1].told, std::nullopt);
    EXPECT_EQ(after_receipt(twice, false, receipt(delivered, 1))->state, delivered);
    EXPECT_EQ(after_receipt(twice, false, receipt(delivered, 3)), std::nullopt)
        << "there was no such attempt";
}

TEST(Receipts, ThatSayTheSameAgainOrLessTellNothingNew) {
    const auto once = *after_receipt(message(sent), false, receipt(delivered));
    EXPECT_EQ(after_receipt(once, false, receipt(delivered)), std::nullopt);
    EXPECT_EQ(after_receipt(once, false, receipt(sent)), std::nullopt);
    EXPECT_EQ(after_receipt(once, false, receipt(failed)), std::nullopt);
    auto bad = *after_receipt(message(failed), false, receipt(failed));
    EXPECT_EQ(after_receipt(bad, false, receipt(expired)), std::nullopt) << "the first end stands";
    EXPECT_EQ(after_receipt(bad, false, receipt(delivered))->state, delivered) << "but the handset is right";
}

TEST(Receipts, MayOvertakeTheSettlement) {
    EXPECT_EQ(told(queued, true, delivered), delivered);
    const auto overtook = after_receipt(message(queued), true, receipt(failed));
    ASSERT_TRUE(overtook.has_value());
    EXPECT_EQ(overtook->state, queued);
    EXPECT_EQ(overtook->due_at, at(5)) << "its holder has it";
    auto settled = message(sent);
    settled.changed_at = at(30);
    const auto after = after_settlement(*overtook, settled);
    EXPECT_EQ(after.state, queued);
    EXPECT_EQ(after.due_at, at(30)) << "the next provider has its turn";
    ASSERT_EQ(after.tries.size(), 1U);
    EXPECT_EQ(after.tries[0].provider, "first");
    EXPECT_EQ(after.tries[0].told, failed);
}

TEST(Receipts, TellAPriceOnceAndTheAnswersStands) {
    auto first = receipt(sent);
    first.price = ports::Price{"0.05", "EUR"};
    const auto unpriced = message(sent);
    const auto priced = after_receipt(unpriced, false, first);
    EXPECT_EQ(priced->tries.at(0).price, first.price);
    EXPECT_EQ(recorded(unpriced, priced).price, first.price);
    auto second = receipt(delivered);
    second.price = ports::Price{"0.06", "EUR"};
    const auto twice = after_receipt(*priced, false, second);
    EXPECT_EQ(twice->tries.at(0).price, first.price);
    EXPECT_EQ(recorded(*priced, twice).price, std::nullopt);
    EXPECT_EQ(recorded(*twice, std::nullopt),
              (ports::Recorded{true, false, delivered, unpriced.verification}));

    auto settled = message(sent);
    settled.tries.at(0).price = second.price;
    EXPECT_EQ(after_settlement(message(queued), settled).tries.at(0).price, second.price);
    const auto overtaken = after_receipt(message(queued), true, first);
    EXPECT_EQ(after_settlement(*overtaken, message(sent)).tries.at(0).price, first.price);
}

TEST(Receipts, OfWhatNeverLeftTellNothing) {
    auto waiting = message(queued);
    waiting.attempts = 0;
    EXPECT_EQ(after_receipt(waiting, false, receipt(delivered)), std::nullopt);
}

TEST(Settlements, KeepWhatTheMessageIs) {
    auto settled = message(sent);
    settled.generation = 9;
    settled.expires_at = at(9999);
    settled.changed_at = at(30);
    auto expected = message(sent);
    expected.changed_at = at(30);
    EXPECT_EQ(after_settlement(message(queued), settled), expected);
}

TEST(Settlements, AddTheirAttemptToThoseBefore) {
    auto stored = message(sent);
    stored.attempts = 2;
    auto settled = stored;
    settled.tries.push_back(attempt(2, "second"));
    const auto after = after_settlement(stored, settled);
    ASSERT_EQ(after.tries.size(), 2U);
    EXPECT_EQ(after.tries[1].provider, "second");
}

TEST(Settlements, LeaveTheEndThatAReceiptTold) {
    const auto ended = *after_receipt(message(queued), true, receipt(delivered));
    const auto after = after_settlement(ended, message(sent));
    EXPECT_EQ(after.state, delivered);
    EXPECT_EQ(after.changed_at, at(20));
    EXPECT_EQ(after.tries[0].provider, "first");
    EXPECT_EQ(after.tries[0].told, delivered);
}

} // namespace
} // namespace dialproof::stores
