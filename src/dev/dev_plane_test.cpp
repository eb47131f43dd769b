#include "dev/dev_plane.h"

#include "base/run_loop.h"
#include "ports/test_fakes.h"
#include "stores/memory/memory_store.h"
#include "wire/json.h"

#include <gtest/gtest.h>

namespace dialproof::dev {
namespace {

const core::PhoneNumber handset = *core::PhoneNumber::parse("+41791234567");

// Keeps what the carrier tells, and remembers it.
class KeepingSink final : public ports::ReceiptSink {
public:
    explicit KeepingSink(ports::Store& store) : store_(store) {}
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt receipt) override {
        told.push_back(receipt.message->text + " " + std::string(to_text(receipt.state)));
        const ports::Receipt kept{*receipt.message, receipt.state, receipt.at, receipt.error};
        const auto recorded = co_await store_.record_receipt(kept);
        if (!recorded)
            co_return fail(recorded.error());
        co_return Result<void, ports::Fault>();
    }

    std::vector<std::string> told;

private:
    ports::Store& store_;
};

class DevPlaneTest : public testing::Test {
protected:
    DevPlaneTest() {
        clock_.on_advance([this] { alarm_.wake(); });
        spawn(loop_, carrier_.run());
        loop_.run_until_idle();
    }
    ~DevPlaneTest() override {
        carrier_.stop();
        loop_.run_until_idle();
    }

    json::Value call(const std::string& method, const std::string& path, const std::string& query,
                     const std::string& body, int expected_status) {
        for (const auto& route : plane_.routes) {
            if (route.method != method || route.pattern != path)
                continue;
            http::Request request;
            request.method = method;
            request.path = path;
            request.query = query;
            request.body = body;
            const auto response = loop_.wait_for(route.handler(request));
            EXPECT_EQ(response.status, expected_status) << response.body;
            loop_.run_until_idle();
            return json::parse(response.body).value();
        }
        ADD_FAILURE() << "no route " << method << " " << path;
        return {};
    }
    json::Value post(const std::string& path, const std::string& body, int status = 200) {
        return call("POST", path, "", body, status);
    }
    // One member of each listed message, newest first.
    std::vector<std::string> listed(const std::string& query, const std::string& member) {
        std::vector<std::string> values;
        const auto answer = call("GET", "/dev/messages", query, "", 200);
        for (const auto& message : *answer.find("messages")->as_array())
            values.push_back(*message.find(member)->as_string());
        return values;
    }

    ports::Message commit(const std::string& id, const core::PhoneNumber& to = handset) {
        const ports::Message message{core::MessageId(id),
                                     core::VerificationId("v-" + id),
                                     1,
                                     to,
                                     core::ServiceName("default"),
                                     core::Channel::sms,
                                     "en",
                                     ports::MessageState::queued,
                                     clock_.now(),
                                     clock_.now(),
                                     clock_.now(),
                                     clock_.now() + Seconds(600),
                                     0,
                                     {},
                                     {}};
        ports::Changes changes;
        changes.now = clock_.now();
        changes.messages.push_back(message);
        EXPECT_TRUE(loop_.wait_for(store_.commit(changes)));
        queued_.push_back(message);
        return message;
    }
    // As the dispatcher does it: claimed, handed over, settled with the answer.
    ports::SubmitOutcome submit_and_settle(const ports::Message& message) {
        auto claimed = loop_.wait_for(store_.claim_messages(1, Seconds(60), clock_.now())).value();
        const ports::OutgoingText text{message.id,
                                       message.to,
                                       message.service,
                                       "sms",
                                       Secret<std::string>("code 123456"),
                                       Secret<std::string>("123456"),
                                       clock_.now(),
                                       message.expires_at};
        const auto result = loop_.wait_for(carrier_.submit(text));
        claimed.at(0).message.state = result.outcome == ports::SubmitOutcome::accepted
                                          ? ports::MessageState::sent
                                          : ports::MessageState::failed;
        claimed[0].message.due_at.reset();
        claimed[0].message.tries = {left_once()};
        EXPECT_TRUE(loop_.wait_for(store_.settle_message({claimed[0].message, claimed[0].lease})));
        loop_.run_until_idle();
        return result.outcome;
    }
    static ports::Attempt left_once() {
        ports::Attempt attempt;
        attempt.number = 1;
        attempt.provider = Carrier::provider_name;
        attempt.outcome = ports::SubmitOutcome::accepted;
        return attempt;
    }
    ports::SubmitOutcome send(const std::string& id, const core::PhoneNumber& to = handset) {
        return submit_and_settle(commit(id, to));
    }
    std::string stored_state(const std::string& id) {
        const auto messages = loop_.wait_for(store_.messages_of(core::VerificationId("v-" + id))).value();
        return std::string(to_text(messages.at(0).state));
    }

    RunLoop loop_;
    std::vector<ports::Message> queued_;
    ports::ManualClock real_;
    ShiftedClock clock_{real_};
    ports::ManualAlarm alarm_{clock_};
    stores::MemoryStore kept_;
    OutboxWatch store_{kept_};
    KeepingSink sink_{store_};
    Carrier carrier_{sink_, clock_, alarm_};
    http::Mount plane_ = dev_plane(carrier_, clock_, store_);
};

TEST_F(DevPlaneTest, TheInboxShowsWhatAHandsetWouldNewestFirst) {
    send("one");
    send("two");
    send("elsewhere", *core::PhoneNumber::parse("+12025550123"));
    EXPECT_EQ(listed("to=%2B41791234567", "id"), (std::vector<std::string>{"two", "one"}));
    EXPECT_EQ(listed("to=+41791234567", "id"), (std::vector<std::string>{"two", "one"}))
        << "an unescaped plus";
    EXPECT_EQ(listed("limit=1", "id"), (std::vector<std::string>{"elsewhere"}));
    EXPECT_EQ(listed("to=%2B41791234567", "code"), (std::vector<std::string>{"123456", "123456"}));
    EXPECT_EQ(listed("to=%2B41791234567", "created_at")[0], "2026-01-05T10:00:00.000Z");
}

TEST_F(DevPlaneTest, WhoAsksAtOnceWaitsForWhatIsOnItsWay) {
    const auto queued = commit("one");
    std::optional<http::Response> listed;
    spawn(loop_, plane_.routes.at(1).handler(http::Request{}),
          [&](http::Response r) { listed = std::move(r); });
    loop_.run_until_idle();
    EXPECT_FALSE(listed) << "it was committed, and is not sent";

    // One that comes later is not waited for.
    commit("two");
    submit_and_settle(queued);
    ASSERT_TRUE(listed);
    EXPECT_NE(listed->body.find("\"id\":\"one\""), std::string::npos) << listed->body;
}

TEST_F(DevPlaneTest, WhatWasNotCommittedIsNotWaitedFor) {
    commit("one");
    ports::Changes twice;
    twice.events.push_back({ports::StreamKind::user, "u", 1, clock_.now(), "user_added", "{}"});
    EXPECT_TRUE(loop_.wait_for(store_.commit(twice)));
    submit_and_settle(queued_.at(0));
    twice.messages.push_back(queued_.at(0));
    twice.messages.back().message.id = core::MessageId("never");
    EXPECT_FALSE(loop_.wait_for(store_.commit(twice))) << "its event is there already";
    EXPECT_EQ(listed("", "id"), (std::vector<std::string>{"one"}));
}

TEST_F(DevPlaneTest, AMessageIsDeliveredUnlessTheCarrierIsToldOtherwise) {
    EXPECT_EQ(send("one"), ports::SubmitOutcome::accepted);
    EXPECT_EQ(listed("", "status"), (std::vector<std::string>{"delivered"}));
    EXPECT_EQ(stored_state("one"), "delivered");
}

TEST_F(DevPlaneTest, AScriptHoldsForSoManyMessagesToThatNumber) {
    post("/dev/carrier", R"({"to":"+41791234567","outcome":"refuse","times":2})");
    post("/dev/carrier", R"({"to":"+41791234567","outcome":"silent"})");
    EXPECT_EQ(send("elsewhere", *core::PhoneNumber::parse("+12025550123")), ports::SubmitOutcome::accepted);
    EXPECT_EQ(send("one"), ports::SubmitOutcome::refused);
    EXPECT_EQ(send("two"), ports::SubmitOutcome::refused);
    EXPECT_EQ(send("three"), ports::SubmitOutcome::accepted);
    send("four");
    EXPECT_EQ(listed("to=%2B41791234567", "status"),
              (std::vector<std::string>{"delivered", "sent", "failed", "failed"}));
}

TEST_F(DevPlaneTest, AReceiptComesAfterItsDelayByTheMovedClock) {
    post("/dev/carrier", R"({"to":"+41791234567","outcome":"fail","delay_seconds":5})");
    send("one");
    post("/dev/clock/advance", R"({"seconds":4})");
    EXPECT_EQ(stored_state("one"), "sent");
    const auto answer = post("/dev/clock/advance", R"({"seconds":1})");
    EXPECT_EQ(*answer.find("now")->as_string(), "2026-01-05T10:00:05.000Z");
    EXPECT_EQ(sink_.told, (std::vector<std::string>{"one failed"}));
    EXPECT_EQ(stored_state("one"), "queued") << "the next provider has its turn";
    EXPECT_EQ(listed("", "status"), (std::vector<std::string>{"failed"}));
}

TEST_F(DevPlaneTest, AMistakeIsToldWithItsField) {
    const auto field = [](const json::Value& answer) {
        return *answer.find("error")->find("field")->as_string();
    };
    EXPECT_EQ(field(post("/dev/clock/advance", "{", 400)), "body");
    EXPECT_EQ(field(post("/dev/clock/advance", R"({"seconds":-1})", 400)), "seconds");
    EXPECT_EQ(field(post("/dev/clock/advance", R"({"seconds":"60"})", 400)), "seconds");
    EXPECT_EQ(field(post("/dev/carrier", R"({"outcome":"fail"})", 400)), "to");
    EXPECT_EQ(field(post("/dev/carrier", R"({"to":"+41791234567","outcome":"maybe"})", 400)), "outcome");
    EXPECT_EQ(field(post("/dev/carrier", R"({"to":"+41791234567","outcome":"fail","times":0})", 400)),
              "times");
    EXPECT_EQ(field(call("GET", "/dev/messages", "to=079", "", 400)), "to");
    EXPECT_EQ(field(call("GET", "/dev/messages", "limit=0", "", 400)), "limit");
}

TEST_F(DevPlaneTest, TheInboxForgetsTheOldestWhenItIsFull) {
    for (std::size_t i = 0; i <= Carrier::messages_max; ++i) {
        const ports::OutgoingText text{core::MessageId(std::to_string(i)),
                                       handset,
                                       core::ServiceName("default"),
                                       "sms",
                                       Secret<std::string>("t"),
                                       Secret<std::string>("c"),
                                       Instant{},
                                       Instant{}};
        loop_.wait_for(carrier_.submit(text));
    }
    const auto kept = carrier_.messages(handset, Carrier::messages_max + 10);
    EXPECT_EQ(kept.size(), Carrier::messages_max);
    EXPECT_EQ(kept.back().id.text, "1");
}

TEST_F(DevPlaneTest, TheClockGoesAHundredYearsAheadAndNoFurther) {
    const std::string ten_years = R"({"seconds":316224000})";
    for (int i = 0; i < 10; ++i)
        post("/dev/clock/advance", ten_years);
    const auto there = clock_.now();
    const auto refused = post("/dev/clock/advance", R"({"seconds":1})", 400);
    EXPECT_EQ(*refused.find("error")->find("field")->as_string(), "seconds");
    EXPECT_EQ(clock_.now(), there);
    EXPECT_EQ(to_rfc3339(there).substr(0, 4), "2126");
}

} // namespace
} // namespace dialproof::dev
