#include "senders/aws_sms/aws_sms_sender.h"

#include "base/json_writer.h"
#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"
#include "http_sending/retry_after.h"
#include "senders/aws_sms/delivery_event.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dialproof::senders {

using ports::SubmitOutcome;

namespace {

constexpr Seconds time_to_live_min{5}, time_to_live_max{259'200};

// docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html, "Errors", and
// CommonErrors.html.
constexpr std::array<std::pair<std::string_view, SubmitOutcome>, 12> outcomes{{
    {"AccessDeniedException", SubmitOutcome::misconfigured},
    {"ConflictException", SubmitOutcome::refused}, // such as a handset that has unsubscribed
    {"ExpiredTokenException", SubmitOutcome::misconfigured},
    {"IncompleteSignatureException", SubmitOutcome::misconfigured},
    {"InternalServerException", SubmitOutcome::unknown},
    {"InvalidSignatureException", SubmitOutcome::misconfigured},
    {"MissingAuthenticationTokenException", SubmitOutcome::misconfigured},
    {"ResourceNotFoundException", SubmitOutcome::misconfigured},
    {"ServiceQuotaExceededException", SubmitOutcome::misconfigured}, // what the account may spend is spent
    {"ThrottlingException", SubmitOutcome::throttled},
    {"UnrecognizedClientException", SubmitOutcome::misconfigured},
    {"ValidationException", SubmitOutcome::refused},
}};

std::optional<SubmitOutcome> outcome_of(std::string_view error) {
    const auto* const found = std::find_if(outcomes.begin(), outcomes.end(),
                                           [&](const auto& entry) { return entry.first == error; });
    if (found == outcomes.end())
        return {};
    return found->second;
}

// "com.amazonaws.sms#ThrottlingException" is ThrottlingException.
std::string error_of(const std::string& type) { return type.substr(type.find('#') + 1); }

void add(JsonWriter& json, std::string_view name, const std::string& value) {
    if (!value.empty())
        json.member(name, value);
}

} // namespace

AwsSmsSender::AwsSmsSender(AwsSmsConfig config, ports::HttpClient& client, const ports::Clock& clock,
                           const ports::Signatures& signatures) :
    config_(std::move(config)),
    client_(client), clock_(clock), signatures_(signatures) {}

ports::HttpCall AwsSmsSender::call_of(const std::string& action, std::string body) const {
    const Instant now = clock_.now();
    const std::string base = config_.base_url.empty()
                                 ? "https://sms-voice." + config_.region + ".amazonaws.com"
                                 : config_.base_url;
    ports::HttpCall call;
    call.url = base + "/";
    call.body = Secret<std::string>(std::move(body));
    call.headers = {{"content-type", "application/x-amz-json-1.0"},
                    {"host", base.substr(base.find("://") + 3)},
                    {"x-amz-date", amz_date(now)}};
    if (!config_.key.session_token.empty())
        call.headers.emplace_back("x-amz-security-token", config_.key.session_token.reveal());
    call.headers.emplace_back("x-amz-target", "PinpointSMSVoiceV2." + action);
    auto authorization = signature_v4(config_.key, {config_.region, "sms-voice"}, call.method, "",
                                      call.headers, call.body, now, signatures_);
    call.headers.emplace_back("authorization", std::move(authorization));
    return call;
}

std::string AwsSmsSender::body_of(const ports::OutgoingText& text) const {
    const auto life =
        std::clamp(seconds_until(text.expires_at, clock_.now()), time_to_live_min, time_to_live_max);
    JsonWriter json;
    json.begin_object().member("DestinationPhoneNumber", text.to.e164());
    add(json, "OriginationIdentity", text.sender_id.empty() ? config_.origination_identity : text.sender_id);
    json.member("MessageBody", text.text.reveal()).member("MessageType", "TRANSACTIONAL");
    json.member("TimeToLive", life.count());
    add(json, "MaxPrice", config_.max_price);
    add(json, "ConfigurationSetName", config_.configuration_set);
    add(json, "ProtectConfigurationId", config_.protect_configuration);
    json.member("MessageFeedbackEnabled", config_.feedback).end_object();
    return json.take();
}

Task<ports::SubmitResult> AwsSmsSender::submit(const ports::OutgoingText& text) {
    auto call = call_of("SendTextMessage", body_of(text));
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    auto result = reply ? result_of(*reply) : http_sending::from_failure(reply.error());
    co_return http_sending::without_code(std::move(result), text.code);
}

ports::SubmitResult AwsSmsSender::result_of(const ports::HttpReply& reply) const {
    const auto parsed = json::parse(reply.body);
    const json::Value whole = parsed ? *parsed : json::Value();
    if (http_sending::is_success(reply)) {
        ports::SubmitResult taken;
        taken.reference = http_sending::text_at(whole, "/MessageId");
        taken.outcome = taken.reference.empty() ? SubmitOutcome::unknown : SubmitOutcome::accepted;
        taken.error = taken.reference.empty() ? "no_answer_code" : "";
        taken.receipt_by_reference = true; // events come by the URL of the account
        return taken;
    }
    auto result = http_sending::from_status(reply, clock_.now());
    const auto error = error_of(http_sending::text_at(whole, "/__type"));
    if (error.empty())
        return result;
    result.error = http_sending::error_name("aws", error);
    result.outcome = outcome_of(error).value_or(result.outcome);
    if (result.outcome == SubmitOutcome::throttled)
        result.retry_after = http_sending::parse_retry_after(reply.header("retry-after"), clock_.now());
    return result;
}

Task<void> AwsSmsSender::report_use(const ports::UsedText& used) {
    if (used.reference.empty())
        co_return;
    JsonWriter json;
    json.begin_object()
        .member("MessageId", used.reference)
        .member("MessageFeedbackStatus", "RECEIVED")
        .end_object();
    auto call = call_of("PutMessageFeedback", json.take());
    auto asking = client_.fetch(std::move(call));
    co_await asking;
}

Task<Result<std::string, std::string>> AwsSmsSender::check() {
    auto call = call_of("DescribeAccountAttributes", "{}");
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    std::string problem;
    if (!reply)
        problem = reply.error().error;
    else if (!http_sending::is_success(*reply))
        problem = result_of(*reply).error;
    co_return http_sending::account_check(problem);
}

Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
AwsSmsSender::read_callback(const http::Request& request, const std::string&) const {
    const auto& key = config_.event_key;
    if (key.empty() || !equal_in_constant_time(request.headers.get("x-api-key"), key.reveal()))
        return fail(http_sending::CallbackFault::not_signed);
    auto receipts = read_delivery_event(request.body, clock_.now());
    if (receipts)
        for (auto& receipt : *receipts)
            receipt.provider = config_.name;
    return receipts;
}

} // namespace dialproof::senders
