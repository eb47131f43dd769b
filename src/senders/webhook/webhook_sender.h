// Texts to a program of the operator's, signed as Standard Webhooks are. README.md has the contract.
#pragma once

#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/sender.h"
#include "ports/signatures.h"

#include <memory>
#include <string>

namespace dialproof::senders {

struct WebhookConfig {
    std::string name = "webhook";
    std::string url;
    Secret<std::string> secret; // "whsec_" and the base64 of the key
};

class WebhookSender final : public ports::Sender {
public:
    static constexpr Milliseconds answer_time_max{5000};

    // All outlive it. A sentence where the secret is no such text.
    static Result<std::unique_ptr<WebhookSender>, std::string> make(const WebhookConfig& config,
                                                                    ports::HttpClient& client,
                                                                    const ports::Clock& clock,
                                                                    const ports::Signatures& signatures);

    [[nodiscard]] std::string_view name() const override { return name_; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

private:
    WebhookSender(const WebhookConfig& config, Secret<std::string> key, ports::HttpClient& client,
                  const ports::Clock& clock, const ports::Signatures& signatures);
    [[nodiscard]] ports::HttpCall call_of(const ports::OutgoingText& text) const;
    [[nodiscard]] ports::SubmitResult result_of(const ports::HttpReply& reply) const;

    const std::string name_, url_;
    const Secret<std::string> key_;
    ports::HttpClient& client_;
    const ports::Clock& clock_;
    const ports::Signatures& signatures_;
};

} // namespace dialproof::senders
