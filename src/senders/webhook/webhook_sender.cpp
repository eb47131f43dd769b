#include "senders/webhook/webhook_sender.h"

#include "base/base64.h"
#include "base/json_writer.h"
#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"
#include "http_sending/retry_after.h"

#include <utility>

namespace dialproof::senders {

using ports::SubmitOutcome;

namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr unsigned service_unavailable = 503;

std::string body_of(const ports::OutgoingText& text) {
    JsonWriter json;
    json.begin_object().member("id", text.id.text).member("to", text.to.e164());
    json.member("text", text.text.reveal())
        .member("code", text.code.reveal())
        .member("channel", text.channel);
    json.member("service", text.service.text).member("sender_id", text.sender_id);
    json.member("receipt_url", text.receipt_url).member("attempt", text.attempt);
    json.member("created_at", to_rfc3339(text.created_at)).member("expires_at", to_rfc3339(text.expires_at));
    json.end_object();
    return json.take();
}

} // namespace

Result<std::unique_ptr<WebhookSender>, std::string> WebhookSender::make(const WebhookConfig& config,
                                                                        ports::HttpClient& client,
                                                                        const ports::Clock& clock,
                                                                        const ports::Signatures& signatures) {
    const std::string_view secret = config.secret.reveal();
    auto key = secret.starts_with(secret_prefix) ? base64_decoded(secret.substr(secret_prefix.size()))
                                                 : std::nullopt;
    if (!key || key->empty())
        return fail(std::string("the secret of a webhook is \"whsec_\" and base64 after it"));
    return std::unique_ptr<WebhookSender>(
        new WebhookSender(config, Secret<std::string>(std::move(*key)), client, clock, signatures));
}

WebhookSender::WebhookSender(const WebhookConfig& config, Secret<std::string> key, ports::HttpClient& client,
                             const ports::Clock& clock, const ports::Signatures& signatures) :
    name_(config.name),
    url_(config.url), key_(std::move(key)), client_(client), clock_(clock), signatures_(signatures) {}

ports::HttpCall WebhookSender::call_of(const ports::OutgoingText& text) const {
    const auto seconds = std::chrono::duration_cast<Seconds>(clock_.now().time_since_epoch()).count();
    const auto timestamp = std::to_string(seconds);
    ports::HttpCall call;
    call.url = url_;
    call.time_max = answer_time_max;
    call.body = Secret<std::string>(body_of(text));
    const Secret<std::string> message(text.id.text + "." + timestamp + "." + call.body.reveal());
    call.headers = {
        {"Content-Type", "application/json"},
        {"webhook-id", text.id.text},
        {"webhook-timestamp", timestamp},
        {"webhook-signature", "v1," + to_base64(signatures_.hmac_sha256(key_, message.reveal()))}};
    return call;
}

Task<ports::SubmitResult> WebhookSender::submit(const ports::OutgoingText& text) {
    auto call = call_of(text);
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    auto result = reply ? result_of(*reply) : http_sending::from_failure(reply.error());
    co_return http_sending::without_code(std::move(result), text.code);
}

ports::SubmitResult WebhookSender::result_of(const ports::HttpReply& reply) const {
    if (http_sending::is_success(reply)) {
        auto taken = http_sending::result_of(SubmitOutcome::accepted);
        if (const auto body = json::parse(reply.body))
            taken.reference = http_sending::text_at(*body, "/message_id");
        return taken;
    }
    auto result = http_sending::from_status(reply, clock_.now());
    if (reply.status == service_unavailable) {
        result.retry_after = http_sending::parse_retry_after(reply.header("retry-after"), clock_.now());
        result.outcome = result.retry_after ? SubmitOutcome::throttled : SubmitOutcome::unavailable;
    }
    return result;
}

} // namespace dialproof::senders
