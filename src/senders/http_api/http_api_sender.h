// A sender by an HTTP API that `HttpApi` describes.
#pragma once

#include "http_sending/callback.h"
#include "ports/clock.h"
#include "senders/http_api/http_api.h"
#include "senders/http_api/pending_receipts.h"
#include "senders/http_api/places.h"

#include <memory>

namespace dialproof::senders {

class HttpApiSender final : public ports::Sender, public http_sending::CallbackReader {
public:
    // Client, clock and signatures outlive it. A sentence where the description is wrong or a secret missing.
    static Result<std::unique_ptr<HttpApiSender>, std::string>
    make(std::string name, HttpApi api, Secrets secrets, ports::HttpClient& client, const ports::Clock& clock,
         const ports::Signatures& signatures);

    [[nodiscard]] std::string_view name() const override { return name_; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;
    [[nodiscard]] bool wants_use() const override { return api_.use.has_value(); }
    Task<void> report_use(const ports::UsedText& used) override;
    Task<Result<std::string, std::string>> check() override;

    // Whether receipts have to be asked for, because the provider tells none.
    [[nodiscard]] bool asks_for_receipts() const { return api_.poll.has_value(); }
    [[nodiscard]] bool receipts_are_due() const { return pending_.any_due(clock_.now()); }
    // Of some texts whose time has come, by one request. Each names its message, and the reference by which
    // it may be forgotten.
    Task<std::vector<ports::ProviderReceipt>> ask_for_receipts();
    void forget_receipt(const std::string& reference) { pending_.forget(reference); }

    [[nodiscard]] Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
    read_callback(const http::Request& request, const std::string& public_url) const override;

private:
    HttpApiSender(std::string name, HttpApi api, Secrets secrets, ports::HttpClient& client,
                  const ports::Clock& clock, const ports::Signatures& signatures);

    [[nodiscard]] PlaceSources sources() const { return {secrets_, signatures_, clock_.now()}; }

    const std::string name_;
    const HttpApi api_;
    const Secrets secrets_;
    ports::HttpClient& client_;
    const ports::Clock& clock_;
    const ports::Signatures& signatures_;
    PendingReceipts pending_;
};

} // namespace dialproof::senders
