#include "sender_under_test.h"

#include "platform/test_rsa_key.h"
#include "senders/aws_sms/aws_sms_sender.h"
#include "senders/http_api/http_api_sender.h"
#include "senders/http_api/presets.h"
#include "senders/telegram/telegram_sender.h"
#include "senders/twilio/twilio_sender.h"
#include "senders/webhook/webhook_sender.h"

namespace dialproof::test {

namespace {

using Made = std::unique_ptr<ports::Sender>;
using ports::Clock;
using ports::HttpClient;
using ports::Signatures;

template <senders::HttpApi (*preset)()>
Made by_preset(HttpClient& client, const Clock& clock, const Signatures& signatures) {
    senders::Secrets secrets;
    for (const auto* name :
         {"application_id", "auth_id", "auth_token", "base", "host", "key", "login", "password", "plan",
          "port", "region", "secret", "signature_secret", "signing_key", "token", "username"})
        secrets.emplace(name, Secret<std::string>("x"));
    static const std::string private_key = platform::test_rsa_key();
    secrets.emplace("private_key", Secret<std::string>(private_key));
    return std::move(
        *senders::HttpApiSender::make("preset", preset(), std::move(secrets), client, clock, signatures));
}

Made twilio(HttpClient& client, const Clock& clock, const Signatures& signatures) {
    senders::TwilioConfig config;
    config.account_sid = "AC1";
    config.from = "Acme";
    return std::make_unique<senders::TwilioSender>(std::move(config), client, clock, signatures);
}

Made telegram(HttpClient& client, const Clock& clock, const Signatures& signatures) {
    return std::make_unique<senders::TelegramSender>(senders::TelegramConfig(), client, clock, signatures);
}

Made aws_sms(HttpClient& client, const Clock& clock, const Signatures& signatures) {
    senders::AwsSmsConfig config;
    config.region = "eu-west-1";
    return std::make_unique<senders::AwsSmsSender>(std::move(config), client, clock, signatures);
}

Made webhook(HttpClient& client, const Clock& clock, const Signatures& signatures) {
    senders::WebhookConfig config;
    config.url = "https://hook.example/";
    config.secret = Secret<std::string>("whsec_a2V5");
    return std::move(*senders::WebhookSender::make(config, client, clock, signatures));
}

} // namespace

std::vector<SenderUnderTest> senders_by_http() {
    return {{"infobip", by_preset<senders::infobip>, "", false},
            {"kannel", by_preset<senders::kannel>, "", false},
            {"messagebird", by_preset<senders::messagebird>, "", false},
            {"mobizon", by_preset<senders::mobizon>, "", false},
            {"plivo", by_preset<senders::plivo>, "", false},
            {"sinch", by_preset<senders::sinch>, "", false},
            {"smsc_kz", by_preset<senders::smsc_kz>, "", false},
            {"vonage", by_preset<senders::vonage>, "", false},
            {"vonage_messages", by_preset<senders::vonage_messages>, "", false},
            {"twilio", twilio, "", false},
            {"telegram", telegram, R"({"ok":true,"result":{"request_id":"R1"}})", false},
            {"aws_sms", aws_sms, "", false},
            {"webhook", webhook, "", true}};
}

} // namespace dialproof::test
