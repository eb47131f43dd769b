#include "senders/http_api/http_api_sender.h"

#include "base/run_loop.h"
#include "http_sending/test_http_client.h"
#include "platform/openssl_signatures.h"
#include "platform/test_rsa_key.h"
#include "ports/test_fakes.h"
#include "senders/http_api/presets.h"
#include "senders/http_api/receipt_poll.h"
#include "wire/jwt.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using http_sending::CallbackFault;
using ports::MessageState;
using ports::SubmitOutcome;

Secrets secrets() {
    Secrets all;
    for (const auto* name :
         {"key", "secret", "base", "username", "password", "plan", "token", "auth_id", "auth_token",
          "signing_key", "login", "host", "port", "region", "application_id", "signature_secret"})
        all.emplace(name, Secret<std::string>(std::string(name) + "1"));
    static const std::string private_key = platform::test_rsa_key();
    all.emplace("private_key", Secret<std::string>(private_key));
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
                               const ports::OutgoingText& text = http_sending::text_to_send()) {
        return loop_.wait_for(sender(api)->submit(text));
    }
    ports::SubmitResult answered(const HttpApi& api, unsigned status, const std::string& body) {
        client_.answers(status, body);
        return submit(api);
    }
    std::string request(const HttpApi& api, const ports::OutgoingText& text = http_sending::text_to_send()) {
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
        api.callback.signature = http_sending::CallbackSignature::none;
        http::Request call;
        call.method = "POST";
        call.body = body;
        call.query = query;
        return sender(std::move(api))->read_callback(call, "https://sms.example/r/t0ken");
    }

    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    http_sending::TestHttpClient client_;
};

constexpr const char* encoded_text = "%D0%9A%D0%BE%D0%B4+123456+%26+%22so%22";

TEST_F(HttpApiSenderTest, LeavesOutWhatIsEmptyAndEscapesWhatIsNot) {
    HttpApi api;
    api.name = "some";
    api.send.url = "https://some.example/{message_id}/{secret.key}";
    api.send.kind = BodyKind::json;
    api.send.json =
        R"({"a":"{sender_id}","b":{"c":"{receipt_url}"},"t":"{text}","n":"{attempt:number}","k":[1,"{to}"]})";
    auto text = http_sending::text_to_send();
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
        answered(vonage(), 200,
                 R"({"messages":[{"status":"0","message-id":"A1","message-price":"0.03330000"},)"
                 R"({"status":"0","message-price":"0.03330000"}]})");
    EXPECT_EQ(taken.outcome, SubmitOutcome::accepted);
    EXPECT_EQ(taken.reference, "A1");
    EXPECT_EQ(taken.parts, 2U);
    EXPECT_EQ(taken.price, (ports::Price{"0.06660000", "EUR"}));
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
    EXPECT_EQ(taken.price, (ports::Price{"10", "KZT"}));
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

TEST_F(HttpApiSenderTest, VonageMessagesIsAskedUnderTheKeyOfAnApplication) {
    const auto asked = request(vonage_messages());
    const std::string bearer = "Authorization: Bearer ";
    const auto begin = asked.find(bearer) + bearer.size();
    const auto token = jwt::parse(asked.substr(begin, asked.find('\n', begin) - begin));
    ASSERT_TRUE(token) << asked;
    EXPECT_EQ(json::to_text(token->header), R"({"alg":"RS256","typ":"JWT"})");
    EXPECT_EQ(json::to_text(token->claims), R"({"application_id":"application_id1","iat":1767607200,)"
                                            R"("exp":1767607500,"jti":"m1.1.1767607200000"})");
    EXPECT_EQ(token->signature, signatures_.rsa_sha256(secrets().at("private_key"), token->signed_part));
    EXPECT_TRUE(asked.ends_with(R"({"message_type":"text","channel":"sms","to":"41791234567","from":"Acme",)"
                                R"("text":"Код 123456 & \"so\"","ttl":600,"client_ref":"m1",)"
                                R"("webhook_url":"https://sms.example/r/t0ken","webhook_version":"v1"})"))
        << asked;
}

TEST_F(HttpApiSenderTest, VonageMessagesIsReadByTheEndOfTheTypeOfAnError) {
    EXPECT_EQ(answered(vonage_messages(), 202, R"({"message_uuid":"U1"})").reference, "U1");
    const auto error = [&](unsigned status, const char* code) {
        return answered(vonage_messages(), status,
                        std::string(R"({"type":"https://developer.vonage.com/api-errors/messages)") + code +
                            R"(","title":"x","detail":"y","instance":"z"})");
    };
    EXPECT_EQ(error(402, "#1070").outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(error(422, "#1120").error, "vonage_messages_1120");
    EXPECT_EQ(error(422, "#1120").outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(error(422, "#9999").outcome, SubmitOutcome::refused);
    EXPECT_EQ(error(401, "").error, "http_401") << "no code in it";
    const auto told =
        called(vonage_messages(), R"({"message_uuid":"U1","status":"rejected","error":{"title":1050},)"
                                  R"("usage":{"price":"0.0333","currency":"EUR"}})");
    EXPECT_EQ(told->at(0).error, "vonage_messages_1050");
    EXPECT_EQ(told->at(0).price, (ports::Price{"0.0333", "EUR"}));
}

TEST_F(HttpApiSenderTest, SaysWhichSecretIsNoKey) {
    auto all = secrets();
    all.insert_or_assign("private_key", Secret<std::string>("hunter2"));
    const auto made = HttpApiSender::make("v", vonage_messages(), all, client_, clock_, signatures_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), "the secret \"private_key\" is no private RSA key in PEM of at least 2048 bits");
}

TEST_F(HttpApiSenderTest, MovesWholeToAnotherHost) {
    const auto api = at_base_url(vonage(), "https://proxy.example");
    EXPECT_TRUE(request(api).starts_with("POST https://proxy.example/sms/json\n"));
    EXPECT_TRUE(use(api).starts_with("POST https://proxy.example/conversions/sms?"));
    client_.answers(200, "");
    loop_.wait_for(sender(api)->check());
    EXPECT_TRUE(client_.last().starts_with("GET https://proxy.example/account/get-balance\n"));
    EXPECT_TRUE(
        request(at_base_url(kannel(), "http://127.0.0.1:1")).starts_with("GET http://127.0.0.1:1/cgi-bin/"));
}

class KeepingSink final : public ports::ReceiptSink {
public:
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt receipt) override {
        told.push_back(std::move(receipt));
        co_return Result<void, ports::Fault>();
    }
    std::vector<ports::ProviderReceipt> told;
};

// A provider that tells nothing, and a poll of it.
class ReceiptPollTest : public HttpApiSenderTest {
protected:
    ReceiptPollTest() {
        client_.answers(200, R"({"code":0,"data":{"messageId":7}})");
        loop_.wait_for(mobizon_->submit(http_sending::text_to_send()));
        client_.answers(200, R"({"code":0,"data":[]})");
        spawn(loop_, poll_.run(), [] {});
        loop_.run_until_idle();
    }
    ~ReceiptPollTest() override {
        poll_.stop();
        loop_.run_until_idle();
    }
    // How often the provider was asked in that time.
    std::size_t asked_in(Seconds time) {
        const auto before = client_.calls.size();
        for (Seconds passed{0}; passed < time; passed += ReceiptPoll::look_again) {
            clock_.advance(ReceiptPoll::look_again);
            alarm_.clock_moved();
            loop_.run_until_idle();
        }
        return client_.calls.size() - before;
    }

    std::unique_ptr<HttpApiSender> mobizon_ = sender(mobizon());
    ports::ManualAlarm alarm_{clock_};
    KeepingSink sink_;
    ReceiptPoll poll_{*mobizon_, sink_, alarm_, clock_};
};

TEST_F(ReceiptPollTest, AsksLessAndLessOftenAndEndsAfterTheCode) {
    EXPECT_EQ(asked_in(Seconds(60)), 3U) << "after 5, 10 and 20 seconds more";
    EXPECT_EQ(client_.last(),
              "POST https://api.mobizon.kz/service/Message/GetSMSStatus?output=json&api=v1&apiKey=key1\n"
              "Content-Type: application/x-www-form-urlencoded\n\nids=7");
    EXPECT_LT(asked_in(Seconds(900)), 15U);
    EXPECT_EQ(asked_in(Seconds(900)), 0U);
    EXPECT_TRUE(sink_.told.empty());
}

TEST_F(ReceiptPollTest, AsksAboutManyInSeveralRequestsAtOnce) {
    client_.answers(200, R"({"code":0,"data":{"messageId":8}})");
    for (std::size_t i = 0; i < mobizon().poll_references_max; ++i)
        loop_.wait_for(mobizon_->submit(http_sending::text_to_send()));
    EXPECT_EQ(asked_in(Seconds(6)), 2U);
}

TEST_F(ReceiptPollTest, TellsWhatItHearsUntilTheEnd) {
    client_.answers(200, R"({"code":0,"data":[{"id":7,"status":"ENQUEUD"},{"id":8,"status":"DELIVRD"}]})");
    asked_in(Seconds(6));
    EXPECT_TRUE(sink_.told.empty()) << "on its way, and another one";
    client_.answers(200, R"({"code":0,"data":[{"id":7,"status":"UNDELIV"}]})");
    asked_in(Seconds(20));
    ASSERT_EQ(sink_.told.size(), 1U);
    EXPECT_EQ(sink_.told[0].state, MessageState::failed);
    EXPECT_EQ(sink_.told[0].message, core::MessageId("m1"));
    EXPECT_EQ(sink_.told[0].attempt, 1U);
    EXPECT_EQ(asked_in(Seconds(900)), 0U);
}

TEST_F(ReceiptPollTest, HearsWhatIsSaidBesideAnItemThatSaysNothing) {
    client_.answers(200, R"({"code":0,"data":[{"id":8},{"id":7,"status":"DELIVRD"}]})");
    asked_in(Seconds(6));
    ASSERT_EQ(sink_.told.size(), 1U);
    EXPECT_EQ(sink_.told[0].state, MessageState::delivered);
}

TEST(PendingReceipts, AreBoundedAndTakenInPortions) {
    PendingReceipts pending;
    const Instant now(Seconds(1000)), later = now + PendingReceipts::wait_first;
    for (std::size_t i = 0; i <= PendingReceipts::max; ++i)
        pending.add({std::to_string(i), core::MessageId("m"), 1, now + Seconds(600)}, now);
    EXPECT_EQ(pending.size(), PendingReceipts::max);
    EXPECT_TRUE(pending.due(100, now).empty());
    EXPECT_EQ(pending.due(100, later).size(), 100U);
    EXPECT_EQ(pending.due(PendingReceipts::max, later).size(), PendingReceipts::max - 100);
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
    for (const auto* name : {"infobip", "kannel", "messagebird", "mobizon", "plivo", "sinch", "smsc_kz",
                             "vonage", "vonage_messages"})
        EXPECT_EQ(preset(name)->name, name);
    EXPECT_FALSE(preset("pigeon"));
}

} // namespace
} // namespace dialproof::senders
