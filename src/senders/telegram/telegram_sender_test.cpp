#include "senders/telegram/telegram_sender.h"

#include "base/run_loop.h"
#include "base/text.h"
#include "http_sending/test_http_client.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using ports::MessageState;
using ports::SubmitOutcome;

const Instant soon = *parse_rfc3339("2026-01-05T10:05:00Z");

TEST(RequestIds, AreForgottenWithTheirCodeAndAboveTheBound) {
    RequestIds ids;
    for (std::size_t i = 0; i <= RequestIds::max; ++i)
        ids.keep(core::MessageId(std::to_string(i)), "r", soon + Seconds(i));
    EXPECT_EQ(ids.size(), RequestIds::max);
    EXPECT_FALSE(ids.find(core::MessageId("0"), Instant()));
    EXPECT_TRUE(ids.find(core::MessageId("1"), soon));
    EXPECT_FALSE(ids.find(core::MessageId("1"), soon + Seconds(1)));
}

class TelegramSenderTest : public testing::Test {
protected:
    static TelegramConfig config() {
        TelegramConfig telegram;
        telegram.token = Secret<std::string>("t0ken");
        return telegram;
    }
    ports::SubmitResult submit(const ports::OutgoingText& text = http_sending::text_to_send()) {
        return loop_.wait_for(sender_.submit(text));
    }
    [[nodiscard]] std::vector<std::string> methods() const {
        std::vector<std::string> all;
        for (const auto& call : client_.calls)
            all.push_back(call.url.substr(call.url.rfind('/') + 1));
        return all;
    }

    const std::string taken_ =
        R"({"ok":true,"result":{"request_id":"R1","phone_number":"+41791234567","request_cost":0.01}})";
    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    http_sending::TestHttpClient client_;
    TelegramSender sender_{config(), client_, clock_, signatures_};
};

TEST_F(TelegramSenderTest, AsksFirstAndSendsWithThatRequest) {
    client_.answers(200, taken_);
    const auto result = submit();
    EXPECT_EQ(result.outcome, SubmitOutcome::accepted);
    EXPECT_EQ(result.reference, "R1");
    EXPECT_EQ(result.price, (ports::Price{"0.01", "USD"}));
    ASSERT_EQ(methods(), (std::vector<std::string>{"checkSendAbility", "sendVerificationMessage"}));
    EXPECT_EQ(client_.calls[0].body.reveal(), R"({"phone_number":"+41791234567"})");
    EXPECT_EQ(client_.last(),
              "POST https://gatewayapi.telegram.org/sendVerificationMessage\nAuthorization: Bearer t0ken\n"
              "Content-Type: application/json\n\n"
              R"({"phone_number":"+41791234567","request_id":"R1","code":"123456",)"
              R"("callback_url":"https://sms.example/r/t0ken","payload":"m1","ttl":600})");
}

TEST_F(TelegramSenderTest, RepeatsWithTheSameRequest) {
    client_.answers_next(200, taken_);
    client_.fails_next(true, "timed_out");
    EXPECT_EQ(submit().outcome, SubmitOutcome::unknown);
    client_.answers_next(200, taken_);
    EXPECT_EQ(submit().outcome, SubmitOutcome::accepted);
    EXPECT_EQ(methods(), (std::vector<std::string>{"checkSendAbility", "sendVerificationMessage",
                                                   "sendVerificationMessage"}));
}

TEST_F(TelegramSenderTest, FindsOutThatTheFirstHadArrived) {
    client_.answers_next(200, taken_);
    client_.fails_next(true, "timed_out");
    submit();
    client_.answers_next(200, R"({"ok":false,"error":"REQUEST_ID_INVALID"})");
    client_.answers_next(200,
                         R"({"ok":true,"result":{"request_id":"R1","delivery_status":{"status":"sent"}}})");
    const auto result = submit();
    EXPECT_EQ(result.outcome, SubmitOutcome::accepted);
    EXPECT_EQ(methods().back(), "checkVerificationStatus");
}

TEST_F(TelegramSenderTest, IsNotUnknownBeforeAnythingWasSent) {
    client_.fails(true, "timed_out");
    EXPECT_EQ(submit().outcome, SubmitOutcome::unavailable);
    client_.answers(500, "");
    EXPECT_EQ(submit().outcome, SubmitOutcome::unavailable);
}

TEST_F(TelegramSenderTest, MapsItsErrors) {
    const auto refused_with = [&](const std::string& error) {
        client_.answers(200, R"({"ok":false,"error":")" + error + R"("})");
        return submit();
    };
    EXPECT_EQ(refused_with("ACCESS_TOKEN_INVALID").outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(refused_with("BALANCE_NOT_ENOUGH").error, "telegram_BALANCE_NOT_ENOUGH");
    EXPECT_EQ(refused_with("PHONE_NUMBER_NOT_FOUND").outcome, SubmitOutcome::unavailable);
    EXPECT_EQ(refused_with("FLOOD_WAIT_7").retry_after, Seconds(7));
}

TEST_F(TelegramSenderTest, TakesCodesOfDigitsAlone) {
    auto text = http_sending::text_to_send();
    text.code = Secret<std::string>("ABC123");
    EXPECT_EQ(submit(text).outcome, SubmitOutcome::unavailable);
    EXPECT_TRUE(client_.calls.empty());
}

TEST_F(TelegramSenderTest, SaysThatACodeCameBack) {
    client_.answers(200, taken_);
    const ports::UsedText used{core::MessageId("m1"), *core::PhoneNumber::parse("+41791234567"), "R1",
                               Secret<std::string>("123456"), clock_.now()};
    loop_.wait_for(sender_.report_use(used));
    EXPECT_EQ(methods().back(), "checkVerificationStatus");
    EXPECT_EQ(client_.calls.back().body.reveal(), R"({"request_id":"R1","code":"123456"})");
}

TEST_F(TelegramSenderTest, BelievesAReportWithItsSignatureAlone) {
    const auto reported = [&](const std::string& body, const std::string& signed_body,
                              const std::string& time) {
        http::Request request;
        request.body = body;
        request.headers.add("x-request-timestamp", time);
        request.headers.add("x-request-signature",
                            to_hex(signatures_.hmac_sha256(Secret<std::string>(signatures_.sha256("t0ken")),
                                                           time + "\n" + signed_body)));
        return sender_.read_callback(request, "");
    };
    const std::string body = R"({"request_id":"R1","delivery_status":{"status":"read"}})";
    const auto receipts = reported(body, body, "1767607200");
    ASSERT_TRUE(receipts);
    EXPECT_EQ(receipts->at(0).references, std::vector<std::string>{"R1"});
    EXPECT_EQ(receipts->at(0).state, MessageState::delivered);
    EXPECT_EQ(reported(body, "other", "1767607200").error(), http_sending::CallbackFault::not_signed);
    EXPECT_EQ(reported(body, body, "1767606000").error(), http_sending::CallbackFault::not_signed);
    EXPECT_EQ(reported("{}", "{}", "1767607200").error(), http_sending::CallbackFault::not_read);
}

} // namespace
} // namespace dialproof::senders
