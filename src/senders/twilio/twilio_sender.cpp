#include "senders/twilio/twilio_sender.h"

#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"
#include "http_sending/percent.h"
#include "http_sending/retry_after.h"
#include "senders/twilio/twilio_errors.h"
#include "wire/form.h"

#include <algorithm>
#include <utility>

namespace dialproof::senders {

using ports::MessageState;
using ports::SubmitOutcome;

namespace {

constexpr Seconds validity_min{1}, validity_max{36'000};

// twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
std::optional<MessageState> state_of(const std::string& status) {
    if (status == "sent")
        return MessageState::sent;
    if (status == "delivered" || status == "read")
        return MessageState::delivered;
    if (status == "undelivered" || status == "failed")
        return MessageState::failed;
    return {};
}

} // namespace

TwilioSender::TwilioSender(TwilioConfig config, ports::HttpClient& client, const ports::Clock& clock,
                           const ports::Signatures& signatures) :
    config_(std::move(config)),
    client_(client), clock_(clock), signatures_(signatures) {}

ports::HttpCall TwilioSender::call_to(const std::string& method, const std::string& path,
                                      std::string body) const {
    const bool by_key = !config_.key_sid.empty();
    ports::HttpCall call;
    call.method = method;
    call.url = config_.base_url + "/2010-04-01/Accounts/" + config_.account_sid + path;
    call.headers = {{"Authorization", http_sending::basic_authorization(
                                          by_key ? config_.key_sid : config_.account_sid,
                                          (by_key ? config_.key_secret : config_.auth_token).reveal())}};
    if (!body.empty())
        call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    call.body = Secret<std::string>(std::move(body));
    return call;
}

std::string TwilioSender::form_of(const ports::OutgoingText& text) const {
    const auto validity =
        std::clamp(seconds_until(text.expires_at, clock_.now()), validity_min, validity_max);
    const auto& from = text.sender_id.empty() ? config_.from : text.sender_id;
    http::FormFields form;
    form.add("To", text.to.e164());
    if (!config_.messaging_service_sid.empty())
        form.add("MessagingServiceSid", config_.messaging_service_sid);
    if (!from.empty())
        form.add("From", from);
    form.add("Body", text.text.reveal());
    if (!text.receipt_url.empty())
        form.add("StatusCallback", text.receipt_url);
    form.add("ValidityPeriod", std::to_string(validity.count()));
    if (config_.feedback)
        form.add("ProvideFeedback", "true");
    if (config_.keep_no_content) {
        form.add("ContentRetention", "discard");
        form.add("AddressRetention", "obfuscate");
    }
    if (config_.risk_check)
        form.add("RiskCheck", "enable");
    return http::to_text(form);
}

Task<ports::SubmitResult> TwilioSender::submit(const ports::OutgoingText& text) {
    auto call = call_to("POST", "/Messages.json", form_of(text));
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    auto result = reply ? result_of(*reply) : http_sending::from_failure(reply.error());
    co_return http_sending::without_code(std::move(result), text.code);
}

ports::SubmitResult TwilioSender::result_of(const ports::HttpReply& reply) const {
    const auto parsed = json::parse(reply.body);
    const json::Value whole = parsed ? *parsed : json::Value();
    const bool success = http_sending::is_success(reply);
    const auto code = http_sending::text_at(whole, success ? "/error_code" : "/code");
    if (success && code.empty()) {
        ports::SubmitResult taken;
        taken.reference = http_sending::text_at(whole, "/sid");
        taken.outcome = taken.reference.empty() ? SubmitOutcome::unknown : SubmitOutcome::accepted;
        taken.error = taken.reference.empty() ? "no_answer_code" : "";
        taken.parts = http_sending::parts_at(whole, "/num_segments");
        return taken;
    }
    auto result = success ? http_sending::result_of(SubmitOutcome::unavailable)
                          : http_sending::from_status(reply, clock_.now());
    if (const auto listed = twilio_outcome(code))
        result.outcome = *listed;
    if (!code.empty())
        result.error = http_sending::error_name("twilio", code);
    if (result.outcome == SubmitOutcome::throttled)
        result.retry_after = http_sending::parse_retry_after(reply.header("retry-after"), clock_.now());
    return result;
}

Task<void> TwilioSender::report_use(const ports::UsedText& used) {
    if (used.reference.empty())
        co_return;
    auto call =
        call_to("POST", "/Messages/" + http_sending::percent_encoded(used.reference) + "/Feedback.json",
                "Outcome=confirmed");
    auto asking = client_.fetch(std::move(call));
    co_await asking;
}

Task<Result<std::string, std::string>> TwilioSender::check() {
    auto call = call_to("GET", ".json", "");
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    std::string problem;
    if (!reply)
        problem = reply.error().error;
    else if (!http_sending::is_success(*reply))
        problem = "HTTP " + std::to_string(reply->status);
    co_return http_sending::account_check(problem);
}

Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
TwilioSender::read_callback(const http::Request& request, const std::string& public_url) const {
    if (!http_sending::is_signed(http_sending::CallbackSignature::twilio, request, public_url,
                                 config_.auth_token, signatures_, clock_.now()))
        return fail(http_sending::CallbackFault::not_signed);
    const auto form = http::parse_form(request.body);
    const auto* const sid = form ? form->find("MessageSid") : nullptr;
    const auto* const status = form ? form->find("MessageStatus") : nullptr;
    if (sid == nullptr || status == nullptr)
        return fail(http_sending::CallbackFault::not_read);
    const auto state = state_of(*status);
    if (!state)
        return std::vector<ports::ProviderReceipt>();
    ports::ProviderReceipt receipt;
    receipt.provider = config_.name;
    receipt.references = {*sid};
    receipt.state = *state;
    receipt.at = clock_.now();
    const auto* const error = form->find("ErrorCode");
    if (*state == MessageState::failed && error != nullptr)
        receipt.error = http_sending::error_name("twilio", *error);
    return std::vector{receipt};
}

} // namespace dialproof::senders
