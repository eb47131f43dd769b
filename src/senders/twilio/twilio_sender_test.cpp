#include "senders/twilio/twilio_sender.h"

#include "base/base64.h"
#include "base/run_loop.h"
#include "http_sending/test_http_client.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using ports::MessageState;
using ports::SubmitOutcome;

TwilioConfig config() {
    TwilioConfig twilio;
    twilio.account_sid = "AC1";
    twilio.auth_token = Secret<std::string>("t0ken");
    twilio.messaging_service_sid = "MG1";
    return twilio;
}

class TwilioSenderTest : public testing::Test {
protected:
    ports::SubmitResult answered(unsigned status, const std::string& body, ports::HttpFields headers = {}) {
        client_.answers(status, body, std::move(headers));
        const auto text = http_sending::text_to_send();
        return loop_.wait_for(sender_.submit(text));
    }
    ports::SubmitResult refused_with(const std::string& code) {
        return answered(400, R"({"code":)" + code + R"(,"message":"text 123456","status":400})");
    }
    // A status callback for https://sms.example/r/t0ken.
    static http::Request callback(const std::string& body) {
        http::Request request;
        request.method = "POST";
        request.headers.add("content-type", "application/x-www-form-urlencoded");
        request.body = body;
        return request;
    }

    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    http_sending::TestHttpClient client_;
    TwilioSender sender_{config(), client_, clock_, signatures_};
};

TEST_F(TwilioSenderTest, SaysAllThatTheMessageNeeds) {
    answered(201, R"({"sid":"SM1"})");
    EXPECT_EQ(
        client_.last(),
        "POST https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json\n"
        "Authorization: Basic QUMxOnQwa2Vu\nContent-Type: application/x-www-form-urlencoded\n\n"
        "To=%2B41791234567&MessagingServiceSid=MG1&From=Acme&Body=%D0%9A%D0%BE%D0%B4+123456+%26+%22so%22&"
        "StatusCallback=https%3A%2F%2Fsms.example%2Fr%2Ft0ken&ValidityPeriod=600&ProvideFeedback=true&"
        "ContentRetention=discard&AddressRetention=obfuscate&RiskCheck=enable");
}

TEST_F(TwilioSenderTest, TakesTheIdAndTheParts) {
    const auto result =
        answered(201, R"({"sid":"SM1","status":"accepted","error_code":null,"num_segments":"2"})");
    EXPECT_EQ(result.outcome, SubmitOutcome::accepted);
    EXPECT_EQ(result.reference, "SM1");
    EXPECT_EQ(result.parts, 2U);
}

TEST_F(TwilioSenderTest, MapsItsErrors) {
    EXPECT_EQ(refused_with("21211").outcome, SubmitOutcome::refused);
    EXPECT_EQ(refused_with("21211").error, "twilio_21211");
    EXPECT_EQ(refused_with("21614").outcome, SubmitOutcome::unreachable);
    EXPECT_EQ(refused_with("30450").outcome, SubmitOutcome::fraud);
    EXPECT_EQ(refused_with("14107").outcome, SubmitOutcome::throttled);
    EXPECT_EQ(refused_with("21611").outcome, SubmitOutcome::unavailable);
    EXPECT_EQ(refused_with("99999").outcome, SubmitOutcome::refused);
    const auto busy = answered(429, R"({"code":20429})", {{"retry-after", "7"}});
    EXPECT_EQ(busy.outcome, SubmitOutcome::throttled);
    EXPECT_EQ(busy.retry_after, Seconds(7));
    EXPECT_EQ(answered(500, "").outcome, SubmitOutcome::unknown);
    EXPECT_EQ(answered(201, "<html>").outcome, SubmitOutcome::unknown);
}

TEST_F(TwilioSenderTest, BelievesAReceiptWithItsSignatureAlone) {
    const std::string url = "https://sms.example/r/t0ken";
    auto request = callback("MessageStatus=undelivered&MessageSid=SM1&ErrorCode=30005");
    EXPECT_EQ(sender_.read_callback(request, url).error(), http_sending::CallbackFault::not_signed);
    request.headers.add(
        "x-twilio-signature",
        to_base64(signatures_.hmac_sha1(config().auth_token,
                                        url + "ErrorCode30005MessageSidSM1MessageStatusundelivered")));
    const auto receipts = sender_.read_callback(request, url);
    ASSERT_TRUE(receipts);
    EXPECT_EQ(receipts->at(0).references, std::vector<std::string>{"SM1"});
    EXPECT_EQ(receipts->at(0).state, MessageState::failed);
    EXPECT_EQ(receipts->at(0).error, "twilio_30005");
}

TEST_F(TwilioSenderTest, SaysThatACodeCameBack) {
    client_.answers(201, "{}");
    const ports::UsedText used{core::MessageId("m1"), *core::PhoneNumber::parse("+41791234567"), "SM1",
                               Secret<std::string>("123456"), clock_.now()};
    loop_.wait_for(sender_.report_use(used));
    EXPECT_EQ(client_.last(),
              "POST https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1/Feedback.json\n"
              "Authorization: Basic QUMxOnQwa2Vu\n"
              "Content-Type: application/x-www-form-urlencoded\n\nOutcome=confirmed");
}

TEST_F(TwilioSenderTest, ChecksTheAccount) {
    client_.answers(200, "{}");
    EXPECT_TRUE(loop_.wait_for(sender_.check()));
    client_.answers(401, "{}");
    EXPECT_FALSE(loop_.wait_for(sender_.check()));
}

} // namespace
} // namespace dialproof::senders
