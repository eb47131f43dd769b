#include "stores/record/outbox_rules.h"

#include "stores/record/lifetimes.h"

#include <gtest/gtest.h>

namespace dialproof::stores {
namespace {

using ports::MessageState;

Instant at(int seconds) { return Instant(Seconds(seconds)); }

ports::Message message(MessageState state) {
    return ports::Message{.id = core::MessageId("m1"),
                          .verification = core::VerificationId("v1"),
                          .generation = 1,
                          .to = *core::PhoneNumber::parse("+41791234567"),
                          .service = core::ServiceName("default"),
                          .channel = core::Channel::sms,
                          .locale = "en",
                          .state = state,
                          .created_at = at(5),
                          .changed_at = at(10),
                          .due_at = at(5),
                          .expires_at = at(600),
                          .attempts = 0,
                          .provider = "",
                          .provider_reference = "",
                          .error = ""};
}

ports::Receipt receipt(MessageState state) { return {core::MessageId("m1"), state, at(20), "why"}; }

bool moves(MessageState from, bool leased, MessageState to) {
    return after_receipt(message(from), leased, receipt(to)).has_value();
}

TEST(Receipts, MoveAMessageOnlyForward) {
    using enum MessageState;
    EXPECT_TRUE(moves(sent, false, delivered));
    EXPECT_TRUE(moves(sent, false, failed));
    EXPECT_TRUE(moves(unknown, false, delivered));
    EXPECT_TRUE(moves(unknown, false, failed));
    EXPECT_TRUE(moves(failed, false, delivered));
    for (const auto to : {queued, sent, canceled, unknown})
        for (const auto from : {queued, sent, delivered, failed, canceled, unknown})
            EXPECT_FALSE(moves(from, true, to)) << to_text(from) << " to " << to_text(to);
    EXPECT_FALSE(moves(delivered, false, failed));
    EXPECT_FALSE(moves(delivered, false, delivered));
    EXPECT_FALSE(moves(failed, false, failed));
    EXPECT_FALSE(moves(canceled, false, delivered));
}

TEST(Receipts, MayOvertakeTheSettlement) {
    using enum MessageState;
    EXPECT_TRUE(moves(queued, true, delivered));
    EXPECT_TRUE(moves(queued, true, failed));
    EXPECT_TRUE(moves(queued, false, delivered));
    EXPECT_FALSE(moves(queued, false, failed)) << "it is about an earlier try; the next one is to come";
}

TEST(Receipts, SayWhenAndWhy) {
    const auto moved = after_receipt(message(MessageState::sent), false, receipt(MessageState::failed));
    ASSERT_TRUE(moved.has_value());
    EXPECT_EQ(moved->changed_at, at(20));
    EXPECT_EQ(moved->error, "why");
}

TEST(Settlements, KeepWhatTheMessageIs) {
    auto settled = message(MessageState::sent);
    settled.generation = 9;
    settled.expires_at = at(9999);
    settled.provider = "file";
    settled.attempts = 9;
    settled.changed_at = at(30);
    auto expected = message(MessageState::sent);
    expected.provider = "file";
    expected.changed_at = at(30);
    EXPECT_EQ(after_settlement(message(MessageState::queued), settled), expected);
}

TEST(Settlements, DoNotUndoAReceipt) {
    auto settled = message(MessageState::sent);
    settled.provider = "file";
    settled.changed_at = at(30);
    const auto after = after_settlement(message(MessageState::delivered), settled);
    EXPECT_EQ(after.state, MessageState::delivered);
    EXPECT_EQ(after.changed_at, at(10));
    EXPECT_EQ(after.provider, "file");
}

TEST(Lifetimes, AMessageEndsWithItsStateOrItsCode) {
    EXPECT_EQ(ended_at(message(MessageState::delivered)), at(10));
    EXPECT_EQ(ended_at(message(MessageState::sent)), at(600));
    EXPECT_EQ(ended_at(message(MessageState::queued)), at(600));
}

TEST(Lifetimes, APendingVerificationEndsWhenItExpires) {
    core::Verification v;
    v.changed_at = at(5);
    v.expires_at = at(605);
    EXPECT_EQ(ended_at(v), at(605));
    v.status = core::VerificationStatus::approved;
    EXPECT_EQ(ended_at(v), at(5));
}

TEST(Lifetimes, ALineWithARunOfMissesStays) {
    core::Line line{*core::PhoneNumber::parse("+41791234567"), {at(1), at(4)}, {at(9), at(2)}, 0};
    EXPECT_EQ(ended_at(line), at(9));
    line.misses_in_row = 1;
    EXPECT_EQ(ended_at(line), std::nullopt);
}

TEST(Lifetimes, ACredentialEndsByWhateverComesFirst) {
    ports::Credential credential;
    EXPECT_EQ(ended_at(credential), std::nullopt);
    credential.expires_at = at(50);
    EXPECT_EQ(ended_at(credential), at(50));
    credential.revoked_at = at(20);
    EXPECT_EQ(ended_at(credential), at(20));
    credential.expires_at = {};
    EXPECT_EQ(ended_at(credential), at(20));
}

TEST(Lifetimes, UsersStay) { EXPECT_EQ(ended_at(ports::Row(core::User{})), std::nullopt); }

} // namespace
} // namespace dialproof::stores
