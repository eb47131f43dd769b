#include "senders/http_api/http_api_sender.h"

#include "base/run_loop.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"
#include "providers/test_http_client.h"
#include "senders/http_api/presets.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using ports::MessageState;
using ports::SubmitOutcome;
using providers::CallbackFault;

Secrets secrets() {
    Secrets all;
    for (const auto* name : {"key", "secret", "base", "username", "password", "plan", "token", "auth_id",
                             "auth_token", "signing_key", "login", "host", "port", "region"})
        all.emplace(name, Secret<std::string>(std::string(name) + "1"));
    return all;
}

class HttpApiSenderTest : public testing::Test {
protected:
    std::unique_ptr<HttpApiSender> sender(HttpApi api) {
        auto name = api.name;
        auto made = HttpApiSender::make(name, std::move(api), secrets(), client_, clock_, signatures_);
        EXPECT_TRUE(made) << made.error();
        return std::move(*made);
    }
    ports::SubmitResult submit(const HttpApi& api,
                               const ports::OutgoingText& text = providers::text_to_send()) {
        return loop_.wait_for(sender(api)->submit(text));
    }
    ports::SubmitResult answered(const HttpApi& api, unsigned status, const std::string& body) {
        client_.answers(status, body);
        return submit(api);
    }
    std::string request(const HttpApi& api, const ports::OutgoingText& text = providers::text_to_send()) {
        submit(api, text);
        return client_.last();
    }
    std::string use(const HttpApi& api) {
        const ports::UsedText used{core::MessageId("m1"), *core::PhoneNumber::parse("+41791234567"), "ref 1",
                                   Secret<std::string>("123456"), clock_.now()};
        loop_.wait_for(sender(api)->report_use(used));
        return client_.last();
    }
    Result<std::vector<ports::ProviderReceipt>, CallbackFault> called(HttpApi api, const std::string& body,
                                                                      const std::string& query = "") {
        api.callback.signature = providers::CallbackSignature::none;
        http::Request call;
        call.method = "POST";
        call.body = body;
        call.query = query;
        return sender(std::move(api))->read_callback(call, "https://sms.example/r/t0ken");
    }

    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    providers::TestHttpClient client_;
};

constexpr const char* encoded_text = "%D0%9A%D0%BE%D0%B4+123456+%26+%22so%22";

TEST_F(HttpApiSenderTest, LeavesOutWhatIsEmptyAndEscapesWhatIsNot) {
    HttpApi api;
    api.name = "some";
    api.send.url = "https://some.example/{message_id}/{secret.key}";
    api.send.kind = BodyKind::json;
    api.send.json =
        R"({"a":"{sender_id}","b":{"c":"{receipt_url}"},"t":"{text}","n":"{attempt:number}","k":[1,"{to}"]})";
    auto text = providers::text_to_send();
    text.sender_id = text.receipt_url = "";
    text.id = core::MessageId("a/b");
    EXPECT_EQ(request(api, text), "POST https://some.example/a%2Fb/key1\nContent-Type: application/json\n\n"
                                  "{\"t\":\"Код 123456 & \\\"so\\\"\",\"n\":1,\"k\":[1,\"+41791234567\"]}");
}

TEST_F(HttpApiSenderTest, SaysWhatIsWrongWithADescription) {
    const auto fault = [&](const std::string& json) {
        HttpApi api;
        api.send.kind = BodyKind::json;
        api.send.json = json;
        auto made = HttpApiSender::make("some", api, {}, client_, clock_, signatures_);
        return made ? "nothing" : made.error();
    };
    EXPECT_NE(fault("{").find("JSON"), std::string::npos);
    EXPECT_NE(fault(R"({"a":"{unheard_of}"})").find("{unheard_of}"), std::string::npos);
    EXPECT_NE(fault(R"({"a":"{secret.key}"})").find("\"key\""), std::string::npos);
    EXPECT_EQ(fault(R"({"a":"{validity_seconds:number}"})"), "nothing");
}

TEST_F(HttpApiSenderTest, KannelIsAskedByQueryAndTakesByTheNumberInFront) {
    EXPECT_EQ(
        request(kannel()),
        std::string("GET http://host1:port1/cgi-bin/sendsms?username=username1&password=password1&from=Acme&"
                    "to=%2B41791234567&text=") +
            encoded_text +
            "&charset=UTF-8&coding=2&validity=10&dlr-mask=31&"
            "dlr-url=https%3A%2F%2Fsms.example%2Fr%2Ft0ken%3Fstatus%3D%25d%26error%3D%25B\n\n");
    EXPECT_EQ(answered(kannel(), 202, "0: Accepted for delivery").outcome, SubmitOutcome::accepted);
    EXPECT_EQ(answered(kannel(), 202, "3: Queued for later delivery").outcome, SubmitOutcome::accepted);
    EXPECT_EQ(answered(kannel(), 403, "Authorization failed for sendsms").outcome,
              SubmitOutcome::misconfigured);
    EXPECT_EQ(answered(kannel(), 503, "Temporal failure").outcome, SubmitOutcome::unavailable);
    EXPECT_EQ(called(kannel(), "", "status=1&error=0")->at(0).state, MessageState::delivered);
    EXPECT_EQ(called(kannel(), "", "status=16&error=8")->at(0).error, "kannel_8");
}

TEST_F(HttpApiSenderTest, VonageIsReadByItsOwnStatus) {
    EXPECT_EQ(request(vonage()),
              "POST https://rest.nexmo.com/sms/json\nAuthorization: Basic a2V5MTpzZWNyZXQx\n"
              "Content-Type: application/json\n\n"
              R"({"to":"41791234567","from":"Acme","text":"Код 123456 & \"so\"",)"
              R"("type":"unicode","ttl":600000,"client-ref":"m1",)"
              R"("callback":"https://sms.example/r/t0ken"})");
    const auto taken =
        answered(vonage(), 200, R"({"messages":[{"status":"0","message-id":"A1"},{"status":"0"}]})");
    EXPECT_EQ(taken.outcome, SubmitOutcome::accepted);
    EXPECT_EQ(taken.reference, "A1");
    EXPECT_EQ(taken.parts, 2U);
    const auto poor = answered(vonage(), 200, R"({"messages":[{"status":"9","error-text":"no credit"}]})");
    EXPECT_EQ(poor.outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(poor.error, "vonage_9");
    EXPECT_EQ(answered(vonage(), 200, R"({"messages":[{"status":"77"}]})").outcome,
              SubmitOutcome::unavailable);
    EXPECT_EQ(answered(vonage(), 200, "<html>").outcome, SubmitOutcome::unknown);
    const auto told = called(vonage(), "", "messageId=A1&status=failed&err-code=6");
    EXPECT_EQ(told->at(0).references, std::vector<std::string>{"A1"});
    EXPECT_EQ(told->at(0).error, "vonage_6");
    EXPECT_EQ(use(vonage()), "POST https://api.nexmo.com/conversions/sms?message-id=ref+1&delivered=true&"
                             "timestamp=2026-01-05+10%3A00%3A00\nAuthorization: Basic a2V5MTpzZWNyZXQx\n\n");
}

TEST_F(HttpApiSenderTest, InfobipTellsFraudFromOtherRefusals) {
    EXPECT_EQ(request(infobip()), "POST https://base1/sms/3/messages\nAuthorization: App key1\n"
                                  "Content-Type: application/json\n\n"
                                  R"({"messages":[{"sender":"Acme","destinations":[{"to":"41791234567"}],)"
                                  R"("content":{"text":"Код 123456 & \"so\""},)"
                                  R"("options":{"validityPeriod":{"amount":10,"timeUnit":"MINUTES"}},)"
                                  R"("webhooks":{"delivery":{"url":"https://sms.example/r/t0ken"}}}]})");
    const auto status = [&](const char* text) {
        return answered(infobip(), 200,
                        std::string(R"({"messages":[{"messageId":"I1","status":)") + text + "}]}");
    };
    EXPECT_EQ(status(R"({"groupId":1,"id":26})").reference, "I1");
    EXPECT_EQ(status(R"({"groupId":5,"id":87})").outcome, SubmitOutcome::fraud);
    EXPECT_EQ(status(R"({"groupId":5,"id":6})").outcome, SubmitOutcome::refused);
    const auto told =
        called(infobip(), R"({"results":[{"messageId":"I1","status":{"groupId":3},"error":{"id":0}},)"
                          R"({"messageId":"I2","status":{"groupId":2},"error":{"id":5}}]})");
    ASSERT_EQ(told->size(), 2U);
    EXPECT_EQ(told->at(0).state, MessageState::delivered);
    EXPECT_EQ(told->at(1).error, "infobip_5");
    EXPECT_EQ(use(infobip()).substr(0, 46), "POST https://base1/ct/1/log/end/ref%201\nAuthor");
}

TEST_F(HttpApiSenderTest, SinchIsReadByTheStatusOfHttp) {
    EXPECT_EQ(request(sinch()),
              "POST https://region1.sms.api.sinch.com/xms/v1/plan1/batches\n"
              "Authorization: Bearer token1\nContent-Type: application/json\n\n"
              R"({"from":"Acme","to":["41791234567"],"body":"Код 123456 & \"so\"",)"
              R"("delivery_report":"per_recipient","callback_url":"https://sms.example/r/t0ken",)"
              R"("client_reference":"m1"})");
    EXPECT_EQ(answered(sinch(), 201, R"({"id":"S1"})").reference, "S1");
    const auto wrong = answered(sinch(), 400, R"({"code":"syntax_invalid_parameter_format","text":"x"})");
    EXPECT_EQ(wrong.outcome, SubmitOutcome::refused);
    EXPECT_EQ(wrong.error, "sinch_syntax_invalid_parameter_format");
    EXPECT_EQ(answered(sinch(), 401, "").outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(called(sinch(), R"({"batch_id":"S1","status":"Expired","code":406})")->at(0).error,
              "sinch_406");
}

TEST_F(HttpApiSenderTest, PlivoCallsBackWithASignature) {
    EXPECT_EQ(request(plivo()),
              "POST https://api.plivo.com/v1/Account/auth_id1/Message/\n"
              "Authorization: Basic YXV0aF9pZDE6YXV0aF90b2tlbjE=\nContent-Type: application/json\n\n"
              R"({"src":"Acme","dst":"41791234567","text":"Код 123456 & \"so\"",)"
              R"("url":"https://sms.example/r/t0ken","method":"POST"})");
    EXPECT_EQ(answered(plivo(), 202, R"({"message_uuid":["P1"]})").reference, "P1");
    EXPECT_EQ(called(plivo(), "MessageUUID=P1&Status=undelivered&ErrorCode=30")->at(0).error, "plivo_30");
    http::Request unsigned_call;
    unsigned_call.body = "MessageUUID=P1&Status=delivered";
    EXPECT_EQ(sender(plivo())->read_callback(unsigned_call, "https://sms.example/r/t0ken").error(),
              CallbackFault::not_signed);
}

TEST_F(HttpApiSenderTest, MessageBirdIsReadByTheFirstOfItsErrors) {
    EXPECT_EQ(request(messagebird()),
              "POST https://rest.messagebird.com/messages\nAuthorization: AccessKey key1\n"
              "Content-Type: application/json\n\n"
              R"({"originator":"Acme","recipients":"41791234567",)"
              R"("body":"Код 123456 & \"so\"","datacoding":"auto","validity":600,)"
              R"("reference":"m1","reportUrl":"https://sms.example/r/t0ken"})");
    EXPECT_EQ(answered(messagebird(), 201, R"({"id":"B1"})").reference, "B1");
    const auto poor = answered(messagebird(), 422, R"({"errors":[{"code":25,"description":"no balance"}]})");
    EXPECT_EQ(poor.outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(poor.error, "messagebird_25");
    EXPECT_EQ(called(messagebird(), "", "id=B1&status=delivery_failed&statusErrorCode=1")->at(0).state,
              MessageState::failed);
    EXPECT_TRUE(use(messagebird()).ends_with(R"({"service":"message","id":"ref 1","success":true})"));
}

TEST_F(HttpApiSenderTest, SmscIsReadByItsBodyThoughHttpSaysThatAllIsWell) {
    EXPECT_EQ(
        request(smsc_kz()),
        std::string("POST https://smsc.kz/sys/send.php\nContent-Type: application/x-www-form-urlencoded\n\n"
                    "login=login1&psw=password1&phones=%2B41791234567&mes=") +
            encoded_text + "&sender=Acme&charset=utf-8&fmt=3&cost=3&valid=00%3A10&tinyurl=0");
    const auto taken = answered(smsc_kz(), 200, R"({"id":1,"cnt":2,"cost":"10"})");
    EXPECT_EQ(taken.reference, "1");
    EXPECT_EQ(taken.parts, 2U);
    EXPECT_TRUE(taken.receipt_by_reference);
    const auto wrong = answered(smsc_kz(), 200, R"({"error":"invalid number","error_code":7})");
    EXPECT_EQ(wrong.outcome, SubmitOutcome::refused);
    EXPECT_EQ(called(smsc_kz(), "id=1&phone=41791234567&status=22&err=1")->at(0).state, MessageState::failed);
    EXPECT_TRUE(called(smsc_kz(), "id=1&status=-1")->empty());
    EXPECT_EQ(called(smsc_kz(), "id=1").error(), CallbackFault::not_read);
}

TEST_F(HttpApiSenderTest, MobizonTakesWithCodeZeroAlone) {
    EXPECT_EQ(
        request(mobizon()),
        std::string(
            "POST https://api.mobizon.kz/service/Message/SendSmsMessage?output=json&api=v1&apiKey=key1\n"
            "Content-Type: application/x-www-form-urlencoded\n\nrecipient=41791234567&text=") +
            encoded_text + "&from=Acme&params%5Bvalidity%5D=10");
    EXPECT_EQ(answered(mobizon(), 200, R"({"code":0,"data":{"messageId":"M1","status":1}})").reference, "M1");
    EXPECT_EQ(answered(mobizon(), 200, R"({"code":1,"data":{},"message":"x"})").outcome,
              SubmitOutcome::refused);
}

TEST_F(HttpApiSenderTest, AsksWhetherTheAccountIsInOrder) {
    client_.answers(200, R"({"value":10.28})");
    EXPECT_TRUE(loop_.wait_for(sender(vonage())->check()));
    EXPECT_EQ(client_.last(),
              "GET https://rest.nexmo.com/account/get-balance\nAuthorization: Basic a2V5MTpzZWNyZXQx\n\n");
    client_.answers(200, R"({"error":"authorise error","error_code":2})");
    EXPECT_EQ(loop_.wait_for(sender(smsc_kz())->check()).error(), "the account cannot be asked: smsc_kz_2");
    client_.answers(401, "");
    EXPECT_EQ(loop_.wait_for(sender(sinch())->check()).error(), "the account cannot be asked: http_401");
}

TEST_F(HttpApiSenderTest, FindsAPresetByItsName) {
    for (const auto* name :
         {"infobip", "kannel", "messagebird", "mobizon", "plivo", "sinch", "smsc_kz", "vonage"})
        EXPECT_EQ(preset(name)->name, name);
    EXPECT_FALSE(preset("pigeon"));
}

} // namespace
} // namespace dialproof::senders
