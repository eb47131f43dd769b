// Texts by AWS End User Messaging (docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2).
#pragma once

#include "http_sending/callback.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/sender.h"
#include "senders/aws_sms/signature_v4.h"

#include <string>

namespace dialproof::senders {

struct AwsSmsConfig {
    std::string name = "aws_sms";
    std::string region;
    AwsKey key;
    std::string origination_identity; // number, sender id or pool; a text's own sender id goes before
    std::string configuration_set, protect_configuration;
    std::string max_price; // of one part in US dollars, "0.20"; empty: the account's
    bool feedback = true;  // say which codes came back
    std::string base_url;  // scheme and host in place of those of the region
    // That EventBridge's connection sends as x-api-key with each event; empty: no event is believed.
    Secret<std::string> event_key;
};

class AwsSmsSender final : public ports::Sender, public http_sending::CallbackReader {
public:
    // All outlive it.
    AwsSmsSender(AwsSmsConfig config, ports::HttpClient& client, const ports::Clock& clock,
                 const ports::Signatures& signatures);

    [[nodiscard]] std::string_view name() const override { return config_.name; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;
    [[nodiscard]] bool wants_use() const override { return config_.feedback; }
    Task<void> report_use(const ports::UsedText& used) override;
    // Whether the credentials are accepted, and may ask about the account.
    Task<Result<std::string, std::string>> check() override;
    // One event, as an API destination of EventBridge is given it.
    [[nodiscard]] Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
    read_callback(const http::Request& request, const std::string& public_url) const override;

private:
    [[nodiscard]] ports::HttpCall call_of(const std::string& action, std::string body) const;
    [[nodiscard]] std::string body_of(const ports::OutgoingText& text) const;
    [[nodiscard]] ports::SubmitResult result_of(const ports::HttpReply& reply) const;

    const AwsSmsConfig config_;
    ports::HttpClient& client_;
    const ports::Clock& clock_;
    const ports::Signatures& signatures_;
};

} // namespace dialproof::senders
