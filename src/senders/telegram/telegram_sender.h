// Codes by the Telegram Gateway. README.md says how a code is sent at most once.
#pragma once

#include "http_sending/callback.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/sender.h"
#include "ports/signatures.h"
#include "senders/telegram/request_ids.h"
#include "wire/json.h"

#include <string>
#include <string_view>

namespace dialproof::senders {

struct TelegramConfig {
    std::string name = "telegram";
    Secret<std::string> token;
    std::string sender_username; // of a verified channel; empty: Telegram's own
    std::string base_url = "https://gatewayapi.telegram.org";
};

class TelegramSender final : public ports::Sender, public http_sending::CallbackReader {
public:
    // All outlive it.
    TelegramSender(TelegramConfig config, ports::HttpClient& client, const ports::Clock& clock,
                   const ports::Signatures& signatures);

    [[nodiscard]] std::string_view name() const override { return config_.name; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;
    [[nodiscard]] bool wants_use() const override { return true; }
    Task<void> report_use(const ports::UsedText& used) override;

    [[nodiscard]] Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
    read_callback(const http::Request& request, const std::string& public_url) const override;

private:
    // What a method gave, or what became of the text without it.
    using Answer = Result<json::Value, ports::SubmitResult>;

    Task<Answer> ask(std::string method, Secret<std::string> body);
    [[nodiscard]] Answer read(const ports::HttpReply& reply) const;
    Task<Result<RequestIds::Known, ports::SubmitResult>> request_for(const ports::OutgoingText& text);
    Task<bool> has_arrived(std::string request);
    Task<ports::SubmitResult> send(const ports::OutgoingText& text, RequestIds::Known known);

    const TelegramConfig config_;
    ports::HttpClient& client_;
    const ports::Clock& clock_;
    const ports::Signatures& signatures_;
    RequestIds requests_;
};

} // namespace dialproof::senders
