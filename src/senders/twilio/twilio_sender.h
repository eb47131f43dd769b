// Texts by Twilio's Messaging API (twilio.com/docs/messaging/api/message-resource).
#pragma once

#include "http_sending/callback.h"
#include "http_sending/signed_callback.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/sender.h"

#include <string>

namespace dialproof::senders {

struct TwilioConfig {
    std::string name = "twilio";
    std::string account_sid;        // AC…
    std::string key_sid;            // SK…, whose secret signs in; empty: the account with its token
    Secret<std::string> key_secret; // of the key
    Secret<std::string> auth_token; // of the account: signs callbacks
    std::string messaging_service_sid,
        from;                    // one of them at least; a text's own sender id goes before `from`
    bool feedback = true;        // say which codes came back
    bool risk_check = true;      // hold what looks like pumped traffic
    bool keep_no_content = true; // at Twilio, where the account may ask for it
    std::string base_url = "https://api.twilio.com";
};

class TwilioSender final : public ports::Sender, public http_sending::CallbackReader {
public:
    // All outlive it.
    TwilioSender(TwilioConfig config, ports::HttpClient& client, const ports::Clock& clock,
                 const ports::Signatures& signatures);

    [[nodiscard]] std::string_view name() const override { return config_.name; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;
    [[nodiscard]] bool wants_use() const override { return config_.feedback; }
    Task<void> report_use(const ports::UsedText& used) override;
    // Whether account and credentials are accepted.
    Task<Result<std::string, std::string>> check() override;

    [[nodiscard]] Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
    read_callback(const http::Request& request, const std::string& public_url) const override;

private:
    [[nodiscard]] ports::HttpCall call_to(const std::string& method, const std::string& path,
                                          std::string body) const;
    [[nodiscard]] std::string form_of(const ports::OutgoingText& text) const;
    [[nodiscard]] ports::SubmitResult result_of(const ports::HttpReply& reply) const;

    const TwilioConfig config_;
    ports::HttpClient& client_;
    const ports::Clock& clock_;
    const ports::Signatures& signatures_;
};

} // namespace dialproof::senders
