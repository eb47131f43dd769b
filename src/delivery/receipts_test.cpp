#include "delivery/receipts.h"

#include "base/run_loop.h"
#include "ports/own_reference.h"
#include "ports/test_fakes.h"
#include "stores/memory/memory_store.h"

#include <gtest/gtest.h>

namespace dialproof::delivery {
namespace {

using namespace std::chrono_literals;
using ports::MessageState;

const core::PhoneNumber handset = *core::PhoneNumber::parse("+41791234567");

// Receipts are worth keeping; a store that is down says so.
class DownStore final : public ports::PassingStore {
public:
    using PassingStore::PassingStore;
    Task<Result<ports::Recorded, ports::Fault>> record_receipt(ports::Receipt receipt) override {
        if (down)
            co_return fail(ports::Fault::unavailable);
        auto recorded = co_await inner_.record_receipt(std::move(receipt));
        co_return recorded;
    }
    bool down = false;
};

struct ReceiptsTest : testing::Test {
    ReceiptsTest() {
        spawn(loop, receipts.run(), [this] { ended = true; });
        loop.run_until_idle();
    }
    ~ReceiptsTest() override {
        receipts.stop();
        loop.run_until_idle();
        EXPECT_TRUE(ended);
    }

    // A message that `smsc` took under that id; where it is empty, the answer was lost.
    void send(const std::string& id, const std::string& reference, const core::PhoneNumber& to = handset) {
        ports::Message message{core::MessageId(id),
                               core::VerificationId("v-" + id),
                               1,
                               to,
                               core::ServiceName("default"),
                               core::Channel::sms,
                               "en",
                               MessageState::queued,
                               clock.now(),
                               clock.now(),
                               clock.now(),
                               clock.now() + 600s,
                               0,
                               {},
                               {},
                               {}};
        ports::Changes changes;
        changes.now = clock.now();
        changes.messages.emplace_back(message);
        ASSERT_TRUE(loop.wait_for(memory.commit(changes)));
        auto claimed = loop.wait_for(memory.claim_messages(1, 60s, clock.now())).value();
        ASSERT_EQ(claimed.size(), 1U);
        ports::Attempt attempt;
        attempt.number = 1;
        attempt.provider = "smsc";
        attempt.outcome = reference.empty() ? ports::SubmitOutcome::unknown : ports::SubmitOutcome::accepted;
        attempt.reference = reference;
        claimed[0].message.state = reference.empty() ? MessageState::unknown : MessageState::sent;
        claimed[0].message.due_at.reset();
        claimed[0].message.tries = {attempt};
        ASSERT_TRUE(loop.wait_for(memory.settle_message({claimed[0].message, claimed[0].lease, true})));
    }
    bool tell(std::vector<std::string> references, MessageState state = MessageState::delivered,
              std::optional<core::PhoneNumber> to = {}, std::optional<ports::Price> price = {}) {
        ports::ProviderReceipt receipt;
        receipt.references = std::move(references);
        receipt.to = std::move(to);
        receipt.state = state;
        receipt.price = std::move(price);
        return hand_in(std::move(receipt));
    }
    // Delivered, as one to the handset that came with the number that went with its text.
    bool tell_with(std::uint16_t own_reference, std::vector<std::string> references) {
        ports::ProviderReceipt receipt;
        receipt.references = std::move(references);
        receipt.own_reference = own_reference;
        receipt.to = handset;
        receipt.state = MessageState::delivered;
        return hand_in(std::move(receipt));
    }
    bool hand_in(ports::ProviderReceipt receipt) {
        receipt.provider = "smsc";
        receipt.at = clock.now();
        const bool taken = loop.wait_for(receipts.take(std::move(receipt))).has_value();
        loop.run_until_idle();
        return taken;
    }
    // That its first leaving went with.
    static std::uint16_t number_of(const std::string& id) {
        return ports::own_reference(core::MessageId(id), 1);
    }
    MessageState state_of(const std::string& id) {
        return loop.wait_for(memory.messages_of(core::VerificationId("v-" + id))).value().at(0).state;
    }
    void advance(Milliseconds by) {
        clock.advance(by);
        alarm.clock_moved();
        loop.run_until_idle();
    }

    RunLoop loop;
    stores::MemoryStore memory;
    DownStore store{memory};
    ports::ManualClock clock;
    ports::ManualAlarm alarm{clock};
    ports::RecordingMeter meter;
    ports::RecordingLog log;
    Providers providers;
    unsigned failures = 0;
    bool ended = false;
    Receipts receipts{{store, clock, alarm, meter, log, providers}, [this] { ++failures; }};
};

TEST_F(ReceiptsTest, FindTheirMessageByAnyFormOfTheProvidersId) {
    send("one", "3b9aca00");
    EXPECT_TRUE(tell({"1000000000", "3b9aca00"}));
    EXPECT_EQ(state_of("one"), MessageState::delivered);
    EXPECT_EQ(meter.lines, (std::vector<std::string>{"settled smsc delivered"}));
}

TEST_F(ReceiptsTest, CountAPriceOnce) {
    send("one", "7");
    EXPECT_TRUE(tell({"7"}, MessageState::sent, {}, ports::Price{"0.05", "EUR"}));
    EXPECT_TRUE(tell({"7"}, MessageState::delivered, {}, ports::Price{"0.05", "EUR"}));
    EXPECT_EQ(meter.lines, (std::vector<std::string>{"settled smsc sent", "cost smsc 0.05 EUR",
                                                     "settled smsc delivered"}));
}

TEST_F(ReceiptsTest, OfAnIdThatIsTheSameForAllBelongToTheNewestOfThatNumber) {
    send("old", "0");
    send("new", "0");
    EXPECT_TRUE(tell({"0"}, MessageState::delivered, handset));
    EXPECT_EQ(state_of("new"), MessageState::delivered);
    EXPECT_EQ(state_of("old"), MessageState::sent);
}

TEST_F(ReceiptsTest, OfAnIdThatIsTheSameForAllFindANumberWhoseTextIsLongPast) {
    send("one", "0");
    for (int i = 0; i < 20; ++i)
        send("later-" + std::to_string(i), "0", *core::PhoneNumber::parse("+41797654321"));
    EXPECT_TRUE(tell({"0"}, MessageState::delivered, handset));
    EXPECT_EQ(state_of("one"), MessageState::delivered);
}

TEST_F(ReceiptsTest, OfAnIdThatIsTheSameForAllBelongToTheTextThatTheirNumberWentWith) {
    send("old", "0");
    send("new", "0");
    EXPECT_TRUE(tell_with(number_of("old"), {"0"}));
    EXPECT_EQ(state_of("old"), MessageState::delivered);
    EXPECT_EQ(state_of("new"), MessageState::sent);
}

TEST_F(ReceiptsTest, FindATextWhoseAnswerWasLostByTheNumberThatWentWithIt) {
    send("lost", "");
    send("new", "7");
    EXPECT_TRUE(tell_with(number_of("lost"), {"unheard-of"}));
    EXPECT_EQ(state_of("lost"), MessageState::delivered);
    EXPECT_EQ(state_of("new"), MessageState::sent);
}

TEST_F(ReceiptsTest, FindItByTheLowerOctetToo) {
    send("lost", "");
    send("new", "7");
    EXPECT_TRUE(tell_with(number_of("lost") & 0xFFU, {"unheard-of"}));
    EXPECT_EQ(state_of("lost"), MessageState::delivered);
    EXPECT_EQ(state_of("new"), MessageState::sent);
}

TEST_F(ReceiptsTest, WhoseNumberWentWithNoTextAreNotForTheNewest) {
    send("old", "7");
    EXPECT_TRUE(tell_with(number_of("new"), {"8"})) << "it overtook its answer";
    EXPECT_EQ(state_of("old"), MessageState::sent);
    EXPECT_EQ(receipts.parked(), 1U);
    send("new", "8");
    advance(2s);
    EXPECT_EQ(state_of("new"), MessageState::delivered);
    EXPECT_EQ(state_of("old"), MessageState::sent);
}

TEST_F(ReceiptsTest, HaveANumberThatCountsForLessThanAnIdOfOneText) {
    send("one", "7");
    send("two", "8");
    EXPECT_TRUE(tell_with(number_of("two"), {"7"}));
    EXPECT_EQ(state_of("one"), MessageState::delivered);
    EXPECT_EQ(state_of("two"), MessageState::sent);
}

TEST_F(ReceiptsTest, HaveANumberThatSaysNothingWithoutWhereTheTextWent) {
    send("one", "");
    ports::ProviderReceipt receipt;
    receipt.own_reference = number_of("one");
    receipt.state = MessageState::delivered;
    EXPECT_TRUE(hand_in(std::move(receipt)));
    EXPECT_EQ(state_of("one"), MessageState::unknown);
}

TEST_F(ReceiptsTest, WithoutAKnownIdBelongToTheNewestOfThatNumber) {
    send("one", "7");
    EXPECT_TRUE(tell({"unheard-of"}, MessageState::delivered, handset));
    EXPECT_EQ(state_of("one"), MessageState::sent) << "the text of that id may still turn up";
    for (int i = 0; i < 31; ++i)
        advance(2s);
    EXPECT_EQ(state_of("one"), MessageState::delivered);
}

TEST_F(ReceiptsTest, ThatOvertookTheirAnswerAreNotForAnOlderTextOfThatNumber) {
    send("old", "100");
    EXPECT_TRUE(tell({"101"}, MessageState::failed, handset));
    EXPECT_EQ(state_of("old"), MessageState::sent);
    send("new", "101");
    advance(2s);
    EXPECT_EQ(state_of("old"), MessageState::sent);
    EXPECT_EQ(state_of("new"), MessageState::queued);
}

TEST_F(ReceiptsTest, OfAFailureWakeTheDispatcher) {
    send("one", "7");
    EXPECT_TRUE(tell({"7"}, MessageState::failed));
    EXPECT_EQ(failures, 1U);
    EXPECT_EQ(state_of("one"), MessageState::queued);
    EXPECT_TRUE(tell({"7"}, MessageState::failed)) << "once more tells nothing new";
    EXPECT_EQ(failures, 1U);
}

TEST_F(ReceiptsTest, ThatOvertookTheirAnswerAreKeptForAWhile) {
    EXPECT_TRUE(tell({"7"}));
    EXPECT_EQ(receipts.parked(), 1U);
    advance(4s);
    EXPECT_EQ(receipts.parked(), 1U);
    send("one", "7");
    advance(2s);
    EXPECT_EQ(state_of("one"), MessageState::delivered);
    EXPECT_EQ(receipts.parked(), 0U);
}

TEST_F(ReceiptsTest, ThatBelongToNothingAreSaidToBeLost) {
    EXPECT_TRUE(tell({"7"}, MessageState::delivered, handset));
    for (int i = 0; i < 31; ++i)
        advance(2s);
    EXPECT_EQ(receipts.parked(), 0U);
    EXPECT_EQ(log.count("receipt_unmatched"), 1);
}

TEST_F(ReceiptsTest, ComeAgainWhereTheyCouldNotBeStored) {
    send("one", "7");
    store.down = true;
    EXPECT_FALSE(tell({"7"}));
    store.down = false;
    EXPECT_TRUE(tell({"7"}));
    EXPECT_EQ(state_of("one"), MessageState::delivered);
}

} // namespace
} // namespace dialproof::delivery
