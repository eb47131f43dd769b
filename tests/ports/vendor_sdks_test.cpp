// Our requests and signatures beside those of the vendors' own SDKs, for one and the same text. What the SDKs
// say is in vendor_sdks.json, made by tests/clients/vendor_sdks.mjs.
#include "base/run_loop.h"
#include "http_sending/json_pointer.h"
#include "http_sending/signed_callback.h"
#include "http_sending/test_http_client.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"
#include "senders/aws_sms/aws_sms_sender.h"
#include "senders/http_api/http_api_sender.h"
#include "senders/http_api/presets.h"
#include "senders/twilio/twilio_sender.h"
#include "senders/webhook/webhook_sender.h"
#include "wire/form.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace dialproof::test {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs in_order(Pairs pairs) {
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

// The members of a JSON object, or the fields of a form, in an order that does not depend on who wrote them.
Pairs parts_of(const std::string& body) {
    Pairs parts;
    if (const auto whole = json::parse(body); whole && whole->as_object() != nullptr) {
        for (const auto& [name, value] : *whole->as_object())
            parts.emplace_back(name, json::to_text(value));
        return in_order(std::move(parts));
    }
    return in_order(http::parse_form(body)->all());
}

class VendorSdks : public testing::Test {
protected:
    VendorSdks() {
        std::ifstream file(DIALPROOF_VENDOR_SDKS);
        said_ = *json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    }

    [[nodiscard]] std::string said(const std::string& pointer) const {
        return http_sending::text_at(said_, pointer);
    }

    const ports::HttpCall& call_of(ports::Sender& sender) {
        const auto text = http_sending::text_to_send();
        loop_.wait_for(sender.submit(text));
        return client_.calls.back();
    }
    void expect_as_said(const std::string& vendor, ports::Sender& sender) {
        const auto& call = call_of(sender);
        const auto field = [&](std::string_view wanted) {
            const auto found =
                std::find_if(call.headers.begin(), call.headers.end(),
                             [&](const auto& header) { return equals_ignoring_case(header.first, wanted); });
            return found == call.headers.end() ? std::string() : found->second;
        };
        EXPECT_EQ(call.method, said("/" + vendor + "/method"));
        EXPECT_EQ(call.url, said("/" + vendor + "/url"));
        EXPECT_EQ(field("authorization"), said("/" + vendor + "/authorization"));
        EXPECT_EQ(field("content-type"), said("/" + vendor + "/type"));
        EXPECT_EQ(field("x-amz-target"), said("/" + vendor + "/target"));
        EXPECT_EQ(parts_of(call.body.reveal()), parts_of(said("/" + vendor + "/body")));
    }
    void expect_preset_as_said(const std::string& vendor) {
        senders::Secrets secrets;
        for (const auto* name : {"auth_id", "auth_token", "key", "secret", "signing_key"})
            secrets.emplace(name, Secret<std::string>("x"));
        const auto sender = senders::HttpApiSender::make(vendor, *senders::preset(vendor), std::move(secrets),
                                                         client_, clock_, signatures_);
        ASSERT_TRUE(sender) << sender.error();
        expect_as_said(vendor, **sender);
    }

    json::Value said_;
    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    http_sending::TestHttpClient client_;
};

TEST_F(VendorSdks, OfPlivoAsksTheSame) { expect_preset_as_said("plivo"); }
TEST_F(VendorSdks, OfMessageBirdAsksTheSame) { expect_preset_as_said("messagebird"); }
TEST_F(VendorSdks, OfVonageAsksTheSame) { expect_preset_as_said("vonage"); }

TEST_F(VendorSdks, OfTwilioAsksTheSame) {
    senders::TwilioConfig config;
    config.account_sid = "AC1";
    config.auth_token = Secret<std::string>("x");
    config.messaging_service_sid = "MG1";
    senders::TwilioSender sender(std::move(config), client_, clock_, signatures_);
    expect_as_said("twilio", sender);
}

TEST_F(VendorSdks, OfTwilioSignsTheSame) {
    http::Request request;
    request.headers.add("content-type", "application/x-www-form-urlencoded");
    request.headers.add("x-twilio-signature", said("/twilio_signature"));
    request.body = "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005&To=%2B41791234567";
    EXPECT_TRUE(http_sending::is_signed(http_sending::CallbackSignature::twilio, request,
                                        "https://sms.example/r/t0ken", Secret<std::string>("x"), signatures_,
                                        clock_.now()));
}

TEST_F(VendorSdks, OfPlivoSignsTheSame) {
    http::Request request;
    request.method = "POST";
    request.headers.add("x-plivo-signature-v3", said("/plivo_signature"));
    request.headers.add("x-plivo-signature-v3-nonce", "n0nce");
    request.body = "MessageUUID=P1&Status=delivered&To=41791234567";
    EXPECT_TRUE(http_sending::is_signed(http_sending::CallbackSignature::plivo_v3, request,
                                        "https://sms.example/r/t0ken", Secret<std::string>("x"), signatures_,
                                        clock_.now()));
}

TEST_F(VendorSdks, OfMessageBirdBelievesAndSoDoWe) {
    http::Request request;
    request.method = "POST";
    request.headers.add("messagebird-signature-jwt", said("/messagebird_signature"));
    request.body = "body";
    EXPECT_TRUE(http_sending::is_signed(http_sending::CallbackSignature::messagebird_jwt, request,
                                        "https://sms.example/r/t0ken", Secret<std::string>("x"), signatures_,
                                        clock_.now()));
}

TEST_F(VendorSdks, OfAwsAsksAndSignsTheSame) {
    senders::AwsSmsConfig config;
    config.region = "eu-west-1";
    config.key.id = "AKID";
    config.key.secret = Secret<std::string>("s3cret");
    senders::AwsSmsSender sender(std::move(config), client_, clock_, signatures_);
    expect_as_said("aws", sender);
}

TEST_F(VendorSdks, OfStandardWebhooksSignsTheSame) {
    senders::WebhookConfig config;
    config.url = "https://hook.example/";
    config.secret = Secret<std::string>("whsec_a2V5");
    const auto sender = *senders::WebhookSender::make(config, client_, clock_, signatures_);
    const auto& call = call_of(*sender);
    EXPECT_EQ(call.body.reveal(), said("/webhook/body"));
    EXPECT_EQ(call.headers[3].second, said("/webhook/signature"));
}

} // namespace
} // namespace dialproof::test
