#include "senders/aws_sms/aws_sms_sender.h"

#include "base/run_loop.h"
#include "http_sending/test_http_client.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"
#include "senders/aws_sms/delivery_event.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using ports::SubmitOutcome;

// The example of "Signature Version 4 signing process" in AWS's general reference.
TEST(SignatureV4, IsThatOfItsDocumentation) {
    AwsKey key;
    key.id = "AKIDEXAMPLE";
    key.secret = Secret<std::string>("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    const platform::OpensslSignatures signatures;
    const ports::HttpFields headers{{"content-type", "application/x-www-form-urlencoded; charset=utf-8"},
                                    {"host", "iam.amazonaws.com"},
                                    {"x-amz-date", "20150830T123600Z"}};
    EXPECT_EQ(signature_v4(key, {"us-east-1", "iam"}, "GET", "Action=ListUsers&Version=2010-05-08", headers,
                           {}, *parse_rfc3339("2015-08-30T12:36:00Z"), signatures),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

class AwsSmsSenderTest : public testing::Test {
protected:
    static AwsSmsConfig config() {
        AwsSmsConfig aws;
        aws.region = "eu-west-1";
        aws.key.id = "AKID";
        aws.key.secret = Secret<std::string>("s3cret");
        aws.key.session_token = Secret<std::string>("session");
        aws.origination_identity = "pool-1";
        aws.configuration_set = "codes";
        aws.max_price = "0.20";
        aws.event_key = Secret<std::string>("event key");
        return aws;
    }
    ports::SubmitResult answered(unsigned status, const std::string& body) {
        client_.answers(status, body);
        const auto text = http_sending::text_to_send();
        return loop_.wait_for(sender_.submit(text));
    }

    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    http_sending::TestHttpClient client_;
    AwsSmsSender sender_{config(), client_, clock_, signatures_};
};

TEST_F(AwsSmsSenderTest, SaysAllThatTheMessageNeedsAndSignsIt) {
    answered(200, "");
    const auto request = client_.last();
    const auto authorization = request.find("authorization: ");
    EXPECT_EQ(request.substr(0, authorization),
              "POST https://sms-voice.eu-west-1.amazonaws.com/\ncontent-type: application/x-amz-json-1.0\n"
              "host: sms-voice.eu-west-1.amazonaws.com\nx-amz-date: 20260105T100000Z\n"
              "x-amz-security-token: session\nx-amz-target: PinpointSMSVoiceV2.SendTextMessage\n");
    EXPECT_NE(request.find("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "),
              std::string::npos);
    EXPECT_EQ(
        client_.calls.back().body.reveal(),
        R"({"DestinationPhoneNumber":"+41791234567","OriginationIdentity":"Acme",)"
        R"("MessageBody":"Код 123456 & \"so\"","MessageType":"TRANSACTIONAL","TimeToLive":600,"MaxPrice":"0.20",)"
        R"("ConfigurationSetName":"codes","MessageFeedbackEnabled":true})");
}

TEST_F(AwsSmsSenderTest, ReadsIdAndErrors) {
    EXPECT_EQ(answered(200, R"({"MessageId":"A1"})").reference, "A1");
    EXPECT_EQ(answered(200, "").outcome, SubmitOutcome::unknown);
    const auto busy = answered(400, R"({"__type":"com.amazonaws.sms#ThrottlingException","message":"x"})");
    EXPECT_EQ(busy.outcome, SubmitOutcome::throttled);
    EXPECT_EQ(busy.error, "aws_ThrottlingException");
    EXPECT_EQ(answered(400, R"({"__type":"ValidationException"})").outcome, SubmitOutcome::refused);
    EXPECT_EQ(answered(402, R"({"__type":"ServiceQuotaExceededException"})").outcome,
              SubmitOutcome::misconfigured);
    EXPECT_EQ(answered(500, R"({"__type":"InternalServerException"})").outcome, SubmitOutcome::unknown);
}

TEST_F(AwsSmsSenderTest, BelievesAnEventWithTheKeyAlone) {
    http::Request event;
    event.body =
        R"({"detail-type":"Text Message Delivery Status Updated","source":"aws.sms-voice","detail":{)"
        R"("eventType":"TEXT_DELIVERED","isFinal":true,"messageId":"A1","messageStatus":"DELIVERED",)"
        R"("totalMessagePrice":0.09582,"totalCarrierFee":0.003}})";
    const auto fault = [&] { return sender_.read_callback(event, "").error(); };
    EXPECT_EQ(fault(), http_sending::CallbackFault::not_signed);
    event.headers.add("x-api-key", "event kez");
    EXPECT_EQ(fault(), http_sending::CallbackFault::not_signed);
    event.headers = {};
    event.headers.add("x-api-key", "event key");
    const auto told = sender_.read_callback(event, "");
    ASSERT_TRUE(told);
    EXPECT_EQ(told->at(0).references, std::vector<std::string>{"A1"});
    EXPECT_EQ(told->at(0).state, ports::MessageState::delivered);
    EXPECT_EQ(told->at(0).price, (ports::Price{"0.09882", "USD"}));
    event.body = "{}";
    EXPECT_EQ(fault(), http_sending::CallbackFault::not_read);

    event.headers = {};
    event.headers.add("x-api-key", "");
    auto keyless = config();
    keyless.event_key = {};
    const AwsSmsSender closed(keyless, client_, clock_, signatures_);
    EXPECT_EQ(closed.read_callback(event, "").error(), http_sending::CallbackFault::not_signed);
}

TEST(DeliveryEvent, SaysHowItEnded) {
    const auto told = [](const std::string& type, const std::string& is_final) {
        return read_delivery_event(R"({"detail":{"eventType":")" + type + R"(","messageId":"A1","isFinal":)" +
                                       is_final + "}}",
                                   Instant());
    };
    EXPECT_EQ(told("TEXT_SUCCESSFUL", "true")->at(0).state, ports::MessageState::delivered);
    EXPECT_EQ(told("TEXT_SUCCESSFUL", "false")->at(0).state, ports::MessageState::sent);
    EXPECT_EQ(told("TEXT_TTL_EXPIRED", "true")->at(0).state, ports::MessageState::expired);
    const auto spam = told("TEXT_SPAM", "true")->at(0);
    EXPECT_EQ(spam.state, ports::MessageState::failed);
    EXPECT_EQ(spam.error, "aws_TEXT_SPAM");
    EXPECT_TRUE(spam.another_may_try);
    EXPECT_EQ(spam.price, std::nullopt);
    EXPECT_FALSE(told("TEXT_PROTECT_BLOCKED", "true")->at(0).another_may_try);
    EXPECT_TRUE(told("VOICE_COMPLETED", "true")->empty());
}

TEST_F(AwsSmsSenderTest, ChecksTheAccount) {
    client_.answers(200, "{}");
    EXPECT_TRUE(loop_.wait_for(sender_.check()));
    client_.answers(400, R"({"__type":"UnrecognizedClientException"})");
    EXPECT_EQ(loop_.wait_for(sender_.check()).error(),
              "the account cannot be asked: aws_UnrecognizedClientException");
}

TEST_F(AwsSmsSenderTest, SaysThatACodeCameBack) {
    client_.answers(200, "{}");
    const ports::UsedText used{core::MessageId("m1"), *core::PhoneNumber::parse("+41791234567"), "A1",
                               Secret<std::string>("123456"), clock_.now()};
    loop_.wait_for(sender_.report_use(used));
    EXPECT_EQ(client_.calls.back().body.reveal(), R"({"MessageId":"A1","MessageFeedbackStatus":"RECEIVED"})");
}

} // namespace
} // namespace dialproof::senders
