#include "senders/smpp/smpp_sender.h"

#include "base/run_loop.h"
#include "ports/test_fakes.h"
#include "senders/smpp/test_network.h"
#include "wire/smpp/test_centre.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace dialproof::senders {
namespace {

using namespace wire;
using ports::SubmitOutcome;
using testing::HasSubstr;

class TestSink final : public ports::ReceiptSink {
public:
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt receipt) override {
        taken.push_back(std::move(receipt));
        auto stored = suspend_until<bool>([this](Completer<bool> done) {
            if (slow)
                waiting.push_back(done);
            else
                done(!fails);
        });
        const bool good = co_await stored;
        Result<void, ports::Fault> result;
        if (!good)
            result = fail(ports::Fault::unavailable);
        co_return result;
    }
    void store_waiting() {
        for (const auto& done : std::exchange(waiting, {}))
            done(true);
    }

    bool fails = false, slow = false;
    std::vector<Completer<bool>> waiting;
    std::vector<ports::ProviderReceipt> taken;
};

SmppLink link_named(const std::string& name) {
    SmppLink link;
    link.name = name;
    link.endpoint.host = "smsc.example";
    link.endpoint.port = 2775;
    link.system_id = "shop";
    link.password = Secret<std::string>("secret08");
    link.messages_per_second = 1000;
    return link;
}

class SmppSenderTest : public testing::Test {
protected:
    ~SmppSenderTest() override {
        stop();
        sink_.store_waiting();
        for (const auto& connection : dialer_.connections)
            connection->hang_up();
        advance(Seconds(10));
        EXPECT_TRUE(!sender_ || ended_);
    }

    void run(std::vector<SmppLink> links) {
        std::vector<ports::Alarm*> alarms;
        for (std::size_t i = 0; i < links.size(); ++i)
            alarms.push_back(&alarms_.emplace_back(clock_));
        sender_ = std::move(SmppSender::make({"smpp", std::move(links)},
                                             {dialer_, clock_, alarms, log_, random_, sink_, loop_})
                                .value());
        spawn(loop_, sender_->run(), [this] { ended_ = true; });
        loop_.run_until_idle();
    }
    // With one link, which the centre binds.
    void run_bound(const SmppLink& link = link_named("a")) {
        run({link});
        bind(0);
    }
    void bind(std::size_t connection) { say(connection, smpp::answer_to(heard(connection).at(0))); }
    void stop() {
        if (sender_)
            sender_->stop();
        loop_.run_until_idle();
    }

    void say(std::size_t connection, const std::string& bytes) {
        dialer_.connections.at(connection)->say(bytes);
        loop_.run_until_idle();
    }
    std::vector<smpp::Pdu> heard(std::size_t connection) {
        return smpp::pdus_in(dialer_.connections.at(connection)->heard());
    }
    void hang_up(std::size_t connection) {
        dialer_.connections.at(connection)->hang_up();
        loop_.run_until_idle();
    }
    void advance(Milliseconds time) {
        constexpr Milliseconds step{100};
        for (Milliseconds gone{0}; gone < time; gone += step) {
            clock_.advance(step);
            for (auto& alarm : alarms_)
                alarm.clock_moved();
            loop_.run_until_idle();
        }
    }

    // The place of its result.
    std::size_t submit(const std::string& text = "123456 is your code") {
        texts_.push_back({core::MessageId("one"), *core::PhoneNumber::parse("+41791234567"),
                          core::ServiceName("default"), "sms", Secret<std::string>(text),
                          Secret<std::string>("123456"), clock_.now(),
                          clock_.now() + std::chrono::minutes(10), 1, "", ""});
        const auto place = results_.size();
        results_.emplace_back();
        spawn(loop_, sender_->submit(texts_.back()),
              [this, place](ports::SubmitResult result) { results_[place] = std::move(result); });
        loop_.run_until_idle();
        return place;
    }
    void check() {
        spawn(loop_, sender_->check(), [this](auto result) { checked_ = std::move(result); });
        loop_.run_until_idle();
    }
    [[nodiscard]] bool waits(std::size_t place) const { return !results_[place]; }
    const ports::SubmitResult& result(std::size_t place) { return results_.at(place).value(); }

    RunLoop loop_;
    ports::ManualClock clock_;
    ports::RecordingLog log_;
    ports::CountingRandom random_;
    TestDialer dialer_;
    TestSink sink_;
    std::deque<ports::ManualAlarm> alarms_;
    std::deque<ports::OutgoingText> texts_;
    std::deque<std::optional<ports::SubmitResult>> results_;
    std::optional<Result<std::string, std::string>> checked_;
    std::unique_ptr<SmppSender> sender_;
    bool ended_ = false;
};

TEST_F(SmppSenderTest, BindsAndSends) {
    run_bound();
    const auto sent = submit();
    const auto pdus = heard(0);
    ASSERT_EQ(pdus.size(), 1U);
    const auto& message = std::get<smpp::ShortMessage>(pdus[0].body);
    EXPECT_EQ(message.destination.text, "41791234567");
    EXPECT_EQ(message.short_message.reveal(), "123456 is your code");
    EXPECT_TRUE(waits(sent));
    say(0, smpp::answer_to(pdus[0], "17A"));
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::accepted);
    EXPECT_EQ(result(sent).reference, "17A");
    EXPECT_TRUE(result(sent).receipt_by_reference);
    EXPECT_EQ(result(sent).parts, 1U);
    EXPECT_EQ(log_.count("smpp_bound"), 1);
}

TEST_F(SmppSenderTest, IsUnavailableAtOnceWhereNoLinkIsBound) {
    run({link_named("a")});
    EXPECT_EQ(result(submit()).outcome, SubmitOutcome::unavailable);
    EXPECT_EQ(result(0).error, "smpp_not_bound");
}

TEST_F(SmppSenderTest, SaysWhatTheCentreAnswered) {
    run_bound();
    struct Case {
        std::uint32_t status;
        SubmitOutcome outcome;
        std::string error;
    };
    const Case cases[] = {{0x0B, SubmitOutcome::refused, "smpp_rinvdstadr"},
                          {0x0A, SubmitOutcome::misconfigured, "smpp_rinvsrcadr"},
                          {0x08, SubmitOutcome::unavailable, "smpp_rsyserr"},
                          {0x45B, SubmitOutcome::unavailable, "smpp_0x0000045b"}};
    for (const auto& [status, outcome, error] : cases) {
        const auto sent = submit();
        say(0, smpp::answer_to(heard(0).at(0), "", status));
        EXPECT_EQ(result(sent).outcome, outcome) << status;
        EXPECT_EQ(result(sent).error, error);
    }
}

TEST_F(SmppSenderTest, SlowsDownWhereTheCentreThrottlesIt) {
    auto link = link_named("a");
    link.messages_per_second = 2;
    run_bound(link);
    const auto first = submit();
    say(0, smpp::answer_to(heard(0).at(0), "", 0x58));
    EXPECT_EQ(result(first).outcome, SubmitOutcome::throttled);
    EXPECT_EQ(result(first).retry_after, Seconds(1));
    EXPECT_EQ(log_.count("smpp_throttled"), 1);
    const auto second = submit();
    advance(Milliseconds(900));
    EXPECT_TRUE(heard(0).empty());
    advance(Milliseconds(1100));
    EXPECT_EQ(heard(0).size(), 1U);
    EXPECT_TRUE(waits(second));
}

TEST_F(SmppSenderTest, WaitsForRoomInTheWindowAndNotForLong) {
    auto link = link_named("a");
    link.window = 1;
    run_bound(link);
    const auto first = submit(), second = submit(), third = submit();
    const auto pdus = heard(0);
    ASSERT_EQ(pdus.size(), 1U);
    advance(Seconds(1));
    say(0, smpp::answer_to(pdus[0], "1"));
    EXPECT_EQ(result(first).outcome, SubmitOutcome::accepted);
    EXPECT_EQ(heard(0).size(), 1U);
    advance(Seconds(1));
    EXPECT_TRUE(waits(second));
    EXPECT_EQ(result(third).outcome, SubmitOutcome::throttled);
    EXPECT_EQ(result(third).error, "smpp_no_room");
}

TEST_F(SmppSenderTest, SendsOnTheLinkWithTheMostRoom) {
    run({link_named("a"), link_named("b")});
    bind(0);
    bind(1);
    for (int i = 0; i < 4; ++i)
        submit();
    EXPECT_EQ(heard(0).size(), 2U);
    EXPECT_EQ(heard(1).size(), 2U);
}

TEST_F(SmppSenderTest, SendsNothingOnALinkThatReceives) {
    auto receiver = link_named("b");
    receiver.mode = BindMode::receiver;
    run({link_named("a"), receiver});
    bind(1);
    EXPECT_EQ(result(submit()).error, "smpp_not_bound");
}

TEST_F(SmppSenderTest, DoesNotKnowWhatBecameOfWhatItWroteBeforeALoss) {
    run_bound();
    const auto written = submit();
    EXPECT_EQ(heard(0).size(), 1U);
    dialer_.connections[0]->take_no_more();
    const auto half_written = submit(), not_written = submit();
    hang_up(0);
    EXPECT_EQ(result(written).outcome, SubmitOutcome::unknown);
    EXPECT_EQ(result(half_written).outcome, SubmitOutcome::unknown);
    EXPECT_EQ(result(not_written).outcome, SubmitOutcome::unavailable);
    EXPECT_THAT(log_.lines.back(), HasSubstr("smpp_lost"));
    EXPECT_THAT(log_.lines.back(), HasSubstr("unknown=2"));
}

TEST_F(SmppSenderTest, TellsThoseWhoWaitThatTheLinkIsLost) {
    auto link = link_named("a");
    link.window = 1;
    run_bound(link);
    const auto under_way = submit(), waiting = submit();
    hang_up(0);
    EXPECT_EQ(result(under_way).outcome, SubmitOutcome::unknown);
    EXPECT_EQ(result(waiting).outcome, SubmitOutcome::unavailable);
}

TEST_F(SmppSenderTest, DoesNotWaitForAnAnswerForEver) {
    auto link = link_named("a");
    link.answer_timeout = Seconds(5);
    run_bound(link);
    const auto sent = submit();
    advance(Seconds(5));
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::unknown);
    EXPECT_EQ(result(sent).error, "smpp_no_answer");
    EXPECT_TRUE(result(sent).receipt_by_reference) << "its receipt may still come";
}

TEST_F(SmppSenderTest, SendsThePartsOfALongTextOneAfterTheOther) {
    run_bound();
    const auto sent = submit(std::string(200, 'x'));
    auto pdus = heard(0);
    ASSERT_EQ(pdus.size(), 1U);
    say(0, smpp::answer_to(pdus[0], "first"));
    pdus = heard(0);
    ASSERT_EQ(pdus.size(), 1U);
    EXPECT_TRUE(waits(sent));
    say(0, smpp::answer_to(pdus[0], "second"));
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::accepted);
    EXPECT_EQ(result(sent).reference, "first");
    EXPECT_EQ(result(sent).parts, 2U);
}

TEST_F(SmppSenderTest, AcceptsNoTextOfWhichAPartWasRefused) {
    run_bound();
    const auto sent = submit(std::string(200, 'x'));
    say(0, smpp::answer_to(heard(0).at(0), "first"));
    say(0, smpp::answer_to(heard(0).at(0), "", 0x08));
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::unavailable);
}

TEST_F(SmppSenderTest, DoesNotSendTheRestOfATextOnAnotherConnection) {
    run({link_named("a"), link_named("b")});
    bind(0);
    bind(1);
    const auto sent = submit(std::string(200, 'x'));
    dialer_.connections[0]->say(smpp::answer_to(heard(0).at(0), "first"));
    dialer_.connections[0]->hang_up();
    loop_.run_until_idle();
    EXPECT_NE(result(sent).outcome, SubmitOutcome::accepted);
    EXPECT_TRUE(heard(1).empty());
}

TEST_F(SmppSenderTest, RefusesATextThatIsTooLong) {
    run_bound();
    EXPECT_EQ(result(submit(std::string(2000, 'x'))).outcome, SubmitOutcome::refused);
}

TEST_F(SmppSenderTest, HandsReceiptsOnAndAnswersThem) {
    run_bound();
    say(0, smpp::receipt_pdu(5, "id:17 stat:DELIVRD err:000"));
    ASSERT_EQ(sink_.taken.size(), 1U);
    EXPECT_EQ(sink_.taken[0].references.at(0), "17");
    EXPECT_EQ(sink_.taken[0].state, ports::MessageState::delivered);
    const auto pdus = heard(0);
    ASSERT_EQ(pdus.size(), 1U);
    EXPECT_EQ(pdus[0].id, smpp::CommandId::deliver_sm_resp);
    EXPECT_EQ(pdus[0].sequence, 5U);
    EXPECT_EQ(pdus[0].status, 0U);
}

TEST_F(SmppSenderTest, AsksForAReceiptAgainThatWasNotStored) {
    run_bound();
    sink_.fails = true;
    say(0, smpp::receipt_pdu(5, "id:17 stat:DELIVRD err:000"));
    EXPECT_EQ(heard(0).at(0).status, 0x64U);
}

TEST_F(SmppSenderTest, AnswersNoReceiptOnAnotherConnectionThanItCameBy) {
    run_bound();
    sink_.slow = true;
    say(0, smpp::receipt_pdu(5, "id:17 stat:DELIVRD err:000"));
    hang_up(0);
    advance(Milliseconds(1300));
    bind(1);
    say(1, smpp::receipt_pdu(5, "id:18 stat:DELIVRD err:000"));
    ASSERT_EQ(sink_.waiting.size(), 2U);
    sink_.waiting[0](true);
    loop_.run_until_idle();
    EXPECT_TRUE(heard(1).empty());
    sink_.waiting[1](true);
    sink_.waiting.clear();
    loop_.run_until_idle();
    EXPECT_EQ(heard(1).size(), 1U);
}

TEST_F(SmppSenderTest, AsksForAReceiptAgainThatTakesTooLongToStore) {
    run_bound();
    sink_.slow = true;
    say(0, smpp::receipt_pdu(5, "id:17 stat:DELIVRD err:000"));
    advance(Seconds(4));
    EXPECT_EQ(heard(0).at(0).status, 0x64U);
    sink_.store_waiting();
    loop_.run_until_idle();
    EXPECT_TRUE(heard(0).empty());
}

TEST_F(SmppSenderTest, AnswersAMessageOfSomebodyAndForgetsIt) {
    run_bound();
    smpp::ShortMessage message;
    message.short_message = Secret<std::string>("STOP");
    say(0, smpp::says(smpp::CommandId::deliver_sm, 0, 6, message));
    EXPECT_EQ(heard(0).at(0).status, 0U);
    EXPECT_TRUE(sink_.taken.empty());
}

TEST_F(SmppSenderTest, DialsAgainWithLongerAndLongerPauses) {
    dialer_.refuses = true;
    run({link_named("a")});
    EXPECT_EQ(dialer_.dials, 1U);
    advance(Milliseconds(700));
    EXPECT_EQ(dialer_.dials, 1U);
    advance(Milliseconds(600)); // 1 s
    EXPECT_EQ(dialer_.dials, 2U);
    advance(Milliseconds(1400));
    EXPECT_EQ(dialer_.dials, 2U);
    advance(Milliseconds(1200)); // 2 s
    EXPECT_EQ(dialer_.dials, 3U);
    dialer_.refuses = false;
    advance(Seconds(5)); // 4 s
    bind(0);
    EXPECT_EQ(log_.count("smpp_not_connected"), 3);
    EXPECT_EQ(log_.count("smpp_bound"), 1);
}

TEST_F(SmppSenderTest, BindsAgainAfterALossAndSends) {
    run_bound();
    say(0, smpp::says(smpp::CommandId::unbind, 0, 9));
    EXPECT_EQ(heard(0).at(0).id, smpp::CommandId::unbind_resp);
    EXPECT_TRUE(dialer_.connections[0]->closed());
    advance(Milliseconds(1300));
    bind(1);
    const auto sent = submit();
    say(1, smpp::answer_to(heard(1).at(0), "1"));
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::accepted);
}

TEST_F(SmppSenderTest, DialsSoonAgainAfterAMinuteOfHealth) {
    dialer_.refuses = true;
    run({link_named("a")});
    advance(Seconds(8)); // after 1, 2 and 4 s; the next would be 8 s
    dialer_.refuses = false;
    advance(Seconds(10));
    bind(0);
    for (std::uint32_t second = 0; second < 60; second += 20) {
        say(0, smpp::says(smpp::CommandId::enquire_link, 0, second));
        advance(Seconds(20));
    }
    const auto dials = dialer_.dials;
    hang_up(0);
    advance(Milliseconds(1300));
    EXPECT_EQ(dialer_.dials, dials + 1);
}

TEST_F(SmppSenderTest, TriesSeldomWhereItsCredentialsAreRefused) {
    run({link_named("a")});
    say(0, smpp::answer_to(heard(0).at(0), "", 0x0E));
    EXPECT_EQ(log_.count("smpp_bind_refused"), 1);
    EXPECT_THAT(log_.lines.back(), HasSubstr("rinvpaswd"));
    advance(Seconds(299));
    EXPECT_EQ(dialer_.dials, 1U);
    advance(Seconds(2));
    EXPECT_EQ(dialer_.dials, 2U);
}

TEST_F(SmppSenderTest, TriesSoonWhereAnOldSessionIsStillHeld) {
    run({link_named("a")});
    say(0, smpp::answer_to(heard(0).at(0), "", 0x05));
    advance(Milliseconds(1300));
    EXPECT_EQ(dialer_.dials, 2U);
}

TEST_F(SmppSenderTest, StopsWhenItsWindowIsAnswered) {
    run_bound();
    const auto sent = submit();
    const auto pdus = heard(0);
    stop();
    EXPECT_EQ(result(submit()).outcome, SubmitOutcome::unavailable);
    EXPECT_TRUE(heard(0).empty());
    say(0, smpp::answer_to(pdus.at(0), "1"));
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::accepted);
    const auto last = heard(0);
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].id, smpp::CommandId::unbind);
    EXPECT_FALSE(ended_);
    say(0, smpp::answer_to(last[0]));
    EXPECT_TRUE(ended_);
    EXPECT_TRUE(dialer_.connections[0]->closed());
}

TEST_F(SmppSenderTest, StopsWithinSevenSecondsWhateverTheCentreDoes) {
    run_bound();
    const auto sent = submit();
    stop();
    advance(Seconds(7));
    EXPECT_TRUE(ended_);
    EXPECT_EQ(result(sent).outcome, SubmitOutcome::unknown);
}

TEST_F(SmppSenderTest, StopsWhileItWaitsToDialAgain) {
    dialer_.refuses = true;
    run({link_named("a")});
    stop();
    EXPECT_TRUE(ended_);
}

TEST_F(SmppSenderTest, ChecksItsLinks) {
    run({link_named("a"), link_named("b")});
    bind(0);
    say(1, smpp::answer_to(heard(1).at(0), "", 0x0E));
    const auto some = loop_.wait_for(sender_->check());
    ASSERT_FALSE(some);
    EXPECT_EQ(some.error(),
              "a is bound; b is not bound: the centre refused the bind: rinvpaswd, the password is wrong");
}

TEST_F(SmppSenderTest, ChecksALinkAsSoonAsItsFirstBindHasEnded) {
    run({link_named("a"), link_named("b")});
    check();
    bind(0);
    EXPECT_FALSE(checked_);
    say(1, smpp::answer_to(heard(1).at(0), "", 0x0E));
    ASSERT_TRUE(checked_);
    EXPECT_FALSE(*checked_);
}

TEST_F(SmppSenderTest, ChecksALinkThatCannotBeDialed) {
    dialer_.refuses = true;
    run({link_named("a")});
    EXPECT_EQ(loop_.wait_for(sender_->check()).error(), "a is not bound: connection refused");
}

TEST_F(SmppSenderTest, ChecksALinkNoLongerThanTenSeconds) {
    run({link_named("a")});
    check();
    advance(Seconds(9));
    EXPECT_FALSE(checked_);
    advance(Seconds(1));
    ASSERT_TRUE(checked_);
    EXPECT_EQ(checked_->error(), "a is not bound: the centre has not answered the bind");
}

TEST_F(SmppSenderTest, LogsNeitherNumbersNorCodes) {
    run_bound();
    submit();
    say(0, smpp::receipt_pdu(5, "id:17 stat:UNDELIV err:001 text:123456 is your code"));
    hang_up(0);
    for (const auto& line : log_.lines) {
        EXPECT_EQ(line.find("41791234567"), std::string::npos) << line;
        EXPECT_EQ(line.find("123456"), std::string::npos) << line;
    }
}

TEST(SmppConfig, SaysWhatIsWrongWithIt) {
    const auto fault = [](auto change) {
        auto link = link_named("a");
        change(link);
        return fault_in(SmppConfig{"smpp", {link}});
    };
    EXPECT_EQ(fault([](SmppLink&) {}), "");
    EXPECT_THAT(fault([](SmppLink& l) { l.password = Secret<std::string>("ninechars"); }),
                HasSubstr("password"));
    EXPECT_THAT(fault([](SmppLink& l) { l.sender = "twelve chars"; }), HasSubstr("sender"));
    EXPECT_THAT(fault([](SmppLink& l) { l.window = 0; }), HasSubstr("window"));
    EXPECT_THAT(fault([](SmppLink& l) { l.mode = BindMode::receiver; }), HasSubstr("no link sends"));
    EXPECT_THAT(fault([](SmppLink& l) { l.endpoint.port = 0; }), HasSubstr("port"));
}

} // namespace
} // namespace dialproof::senders
