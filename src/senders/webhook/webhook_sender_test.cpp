#include "senders/webhook/webhook_sender.h"

#include "base/base64.h"
#include "base/run_loop.h"
#include "http_sending/test_http_client.h"
#include "platform/openssl_signatures.h"
#include "ports/test_fakes.h"

#include <gtest/gtest.h>

namespace dialproof::senders {
namespace {

using ports::SubmitOutcome;

class WebhookSenderTest : public testing::Test {
protected:
    std::unique_ptr<WebhookSender> sender(const std::string& secret = "whsec_a2V5") {
        WebhookConfig config;
        config.url = "https://hook.example/sms";
        config.secret = Secret<std::string>(secret);
        auto made = WebhookSender::make(config, client_, clock_, signatures_);
        return made ? std::move(*made) : nullptr;
    }
    ports::SubmitResult answered(unsigned status, const std::string& body, ports::HttpFields headers = {}) {
        client_.answers(status, body, std::move(headers));
        const auto text = http_sending::text_to_send();
        return loop_.wait_for(sender()->submit(text));
    }

    RunLoop loop_;
    ports::ManualClock clock_;
    platform::OpensslSignatures signatures_;
    http_sending::TestHttpClient client_;
};

TEST_F(WebhookSenderTest, SignsWhatItSays) {
    answered(204, "");
    const std::string body =
        R"({"id":"m1","to":"+41791234567","text":"Код 123456 & \"so\"","code":"123456","channel":"sms",)"
        R"("service":"default","sender_id":"Acme","receipt_url":"https://sms.example/r/t0ken","attempt":1,)"
        R"("created_at":"2026-01-05T10:00:00.000Z","expires_at":"2026-01-05T10:10:00.000Z"})";
    const std::string signature =
        to_base64(signatures_.hmac_sha256(Secret<std::string>("key"), "m1.1767607200." + body));
    EXPECT_EQ(client_.last(),
              "POST https://hook.example/sms\nContent-Type: application/json\nwebhook-id: m1\n"
              "webhook-timestamp: 1767607200\nwebhook-signature: v1," +
                  signature + "\n\n" + body);
}

TEST_F(WebhookSenderTest, HasTheSameIdInEveryAttempt) {
    client_.answers(204, "");
    auto text = http_sending::text_to_send();
    for (text.attempt = 1; text.attempt <= 3; ++text.attempt) {
        loop_.wait_for(sender()->submit(text));
        EXPECT_EQ(client_.calls.back().headers[1].second, "m1");
    }
}

TEST_F(WebhookSenderTest, ReadsTheStatus) {
    EXPECT_EQ(answered(200, R"({"message_id":"W1"})").reference, "W1");
    EXPECT_EQ(answered(204, "").outcome, SubmitOutcome::accepted);
    EXPECT_EQ(answered(422, "").outcome, SubmitOutcome::refused);
    EXPECT_EQ(answered(401, "").outcome, SubmitOutcome::misconfigured);
    EXPECT_EQ(answered(500, "").outcome, SubmitOutcome::unknown);
    EXPECT_EQ(answered(503, "").outcome, SubmitOutcome::unavailable);
    for (const unsigned status : {429U, 503U}) {
        const auto later = answered(status, "", {{"retry-after", "9"}});
        EXPECT_EQ(later.outcome, SubmitOutcome::throttled);
        EXPECT_EQ(later.retry_after, Seconds(9));
    }
}

TEST_F(WebhookSenderTest, WantsASecretThatIsAKey) {
    for (const auto* secret : {"", "whsec_", "a2V5", "whsec_%%%"})
        EXPECT_EQ(sender(secret), nullptr) << secret;
}

} // namespace
} // namespace dialproof::senders
