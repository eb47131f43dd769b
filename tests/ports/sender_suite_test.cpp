// What every sender promises (ports/sender.h), each that speaks HTTP on its own; and what the one that writes
// to a file shares with them.
#include "sender_under_test.h"

#include "base/run_loop.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"
#include "senders/file/file_sender.h"
#include "store_under_test.h"

#include <optional>

#include <gtest/gtest.h>

namespace dialproof::test {
namespace {

using ports::SubmitOutcome;

constexpr Milliseconds answer_time_max{8000}, connect_time_max{3000};
constexpr const char* code = "123456";

ports::OutgoingText text_of(const std::string& id) {
    const auto now = ports::ManualClock().now();
    return {core::MessageId(id),
            *core::PhoneNumber::parse("+41791234567"),
            core::ServiceName("default"),
            "sms",
            Secret<std::string>(std::string(code) + " is your code"),
            Secret<std::string>(code),
            now,
            now + Seconds(600),
            1,
            "Acme",
            "https://sms.example/r/t0ken"};
}

HoldingClient::Answer reply(unsigned status, std::string body, ports::HttpFields headers = {}) {
    ports::HttpReply answer;
    answer.status = status;
    answer.body = std::move(body);
    answer.headers = std::move(headers);
    return answer;
}

HoldingClient::Answer failure(bool maybe_sent, std::string error) {
    return fail(ports::HttpFailure{maybe_sent, std::move(error)});
}

class SenderSuite : public testing::TestWithParam<SenderUnderTest> {
protected:
    // One text whose hand-over, past what prepares it, is answered so.
    ports::SubmitResult submit(const HoldingClient::Answer& answer) {
        const auto text = text_of("m" + std::to_string(++texts_));
        std::optional<ports::SubmitResult> result;
        spawn(loop_, sender_->submit(text), [&](ports::SubmitResult given) { result = std::move(given); });
        loop_.run_until_idle();
        if (!GetParam().prepared.empty())
            answer_all(reply(200, GetParam().prepared));
        answer_all(answer);
        EXPECT_TRUE(result);
        return result.value_or(ports::SubmitResult());
    }
    void answer_all(const HoldingClient::Answer& answer) {
        client_.answer(answer);
        loop_.run_until_idle();
    }

    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    HoldingClient client_;
    std::unique_ptr<ports::Sender> sender_ = GetParam().make(client_, clock_, signatures_);
    unsigned texts_ = 0;
};

TEST_P(SenderSuite, IsUnavailableWhereThereIsNoConnection) {
    const auto result = submit(failure(false, "connect_failed"));
    EXPECT_EQ(result.outcome, SubmitOutcome::unavailable);
    EXPECT_EQ(result.error, "connect_failed");
}

TEST_P(SenderSuite, DoesNotKnowWhereNoAnswerCame) {
    EXPECT_EQ(submit(failure(true, "timed_out")).outcome, SubmitOutcome::unknown);
}

TEST_P(SenderSuite, DoesNotKnowAfterAFailureOfTheServer) {
    const auto result = submit(reply(500, ""));
    EXPECT_EQ(result.outcome, SubmitOutcome::unknown);
    EXPECT_EQ(result.error, "http_500");
}

TEST_P(SenderSuite, IsThrottledForAsLongAsItIsTold) {
    const auto result = submit(reply(429, "", {{"retry-after", "7"}}));
    EXPECT_EQ(result.outcome, SubmitOutcome::throttled);
    EXPECT_EQ(result.retry_after, Seconds(7));
}

TEST_P(SenderSuite, IsMisconfiguredWithoutCredentials) {
    EXPECT_EQ(submit(reply(401, "")).outcome, SubmitOutcome::misconfigured);
}

TEST_P(SenderSuite, TakesNoPageOfAProxyForAnAnswer) {
    const auto result = submit(reply(200, "<html>welcome</html>"));
    EXPECT_EQ(result.outcome, GetParam().status_is_enough ? SubmitOutcome::accepted : SubmitOutcome::unknown);
}

TEST_P(SenderSuite, AnswersWithinItsTime) {
    submit(failure(true, "timed_out"));
    Milliseconds in_all{0};
    for (const auto& call : client_.calls) {
        EXPECT_LE(call.connect_time_max, connect_time_max);
        in_all += call.time_max;
    }
    EXPECT_LE(in_all, answer_time_max);
}

// A provider that sends back what it got, in all the places where anyone looks.
TEST_P(SenderSuite, ShowsNoCodeInWhatIsKept) {
    const std::string c = "\"" + std::string(code) + "\"";
    const std::string everywhere =
        R"({"code":)" + c + R"(,"error":)" + c + R"(,"error_code":)" + c + R"(,"id":)" + c + R"(,"sid":)" +
        c + R"(,"MessageId":)" + c + R"(,"message_id":)" + c + R"(,"__type":)" + c + R"(,"message_uuid":[)" +
        c + R"(],"data":{"messageId":)" + c + R"(},"errors":[{"code":)" + c + R"(}],"messages":[{"status":)" +
        c + R"(,"message-id":)" + c + R"(,"messageId":)" + c + "}]}";
    for (const auto& body : {everywhere, std::string(code) + ": taken", text_of("m").text.reveal()}) {
        for (const unsigned status : {200U, 201U, 400U, 403U, 500U}) {
            const auto result = submit(reply(status, body));
            EXPECT_EQ(result.error.find(code), std::string::npos) << status << " " << body;
            EXPECT_EQ(result.reference.find(code), std::string::npos) << status << " " << body;
        }
    }
}

TEST_P(SenderSuite, AsksForManyAtOnce) {
    constexpr std::size_t count = 100;
    std::vector<ports::OutgoingText> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back(text_of("m" + std::to_string(i)));
    std::size_t answered = 0;
    for (const auto& text : texts)
        spawn(loop_, sender_->submit(text), [&](const ports::SubmitResult&) { ++answered; });
    loop_.run_until_idle();
    EXPECT_EQ(client_.waiting(), count);
    if (!GetParam().prepared.empty())
        answer_all(reply(200, GetParam().prepared));
    EXPECT_EQ(client_.waiting(), count);
    answer_all(failure(false, "connect_failed"));
    EXPECT_EQ(answered, count);
}

INSTANTIATE_TEST_SUITE_P(All, SenderSuite, testing::ValuesIn(senders_by_http()),
                         [](const auto& tested) { return tested.param.name; });

class FileSenderSuite : public testing::Test {
protected:
    RunLoop loop_;
    TempFolder folder_;
    std::unique_ptr<senders::FileSender> sender_ = *senders::FileSender::open(folder_.file("texts"));
};

TEST_F(FileSenderSuite, TakesManyAtOnceAndShowsNoCode) {
    constexpr std::size_t count = 100;
    std::vector<ports::OutgoingText> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back(text_of("m" + std::to_string(i)));
    std::vector<ports::SubmitResult> results;
    for (const auto& text : texts)
        spawn(loop_, sender_->submit(text),
              [&](ports::SubmitResult given) { results.push_back(std::move(given)); });
    const auto last = text_of("last");
    while (results.size() < count)
        loop_.wait_for(sender_->submit(last));
    for (const auto& result : results) {
        EXPECT_EQ(result.outcome, SubmitOutcome::accepted);
        EXPECT_EQ(result.reference.find(code), std::string::npos);
        EXPECT_EQ(result.error, "");
    }
}

} // namespace
} // namespace dialproof::test
