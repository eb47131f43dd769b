#include "senders/telegram/telegram_sender.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dialproof::senders {

using ports::MessageState;
using ports::SubmitOutcome;

namespace {

constexpr std::size_t code_digits_min = 4, code_digits_max = 8, callback_url_bytes_max = 256;
constexpr Seconds ttl_min{30}, ttl_max{3600};
constexpr Seconds report_age_max{300};
constexpr std::string_view flood_wait = "FLOOD_WAIT_"; // and the seconds

bool can_be_a_code(const std::string& code) {
    return code.size() >= code_digits_min && code.size() <= code_digits_max &&
           std::all_of(code.begin(), code.end(), is_digit);
}

// core.telegram.org/gateway/api and /gateway/faq. To have no Telegram is no fault of the number.
SubmitOutcome outcome_of(std::string_view error) {
    if (error.starts_with(flood_wait))
        return SubmitOutcome::throttled;
    if (error == "ACCESS_TOKEN_INVALID" || error == "ACCESS_TOKEN_REQUIRED" ||
        error == "BALANCE_NOT_ENOUGH" || error == "SENDER_NOT_VERIFIED" || error == "SENDER_USERNAME_INVALID")
        return SubmitOutcome::misconfigured;
    if (error == "PHONE_NUMBER_INVALID")
        return SubmitOutcome::refused;
    return SubmitOutcome::unavailable;
}

ports::SubmitResult refused_with(const std::string& error) {
    auto result = http_sending::result_of(outcome_of(error), http_sending::error_name("telegram", error));
    if (result.outcome == SubmitOutcome::throttled) {
        const auto seconds = std::string_view(error).substr(flood_wait.size());
        int wait = 0;
        if (std::from_chars(seconds.data(), seconds.data() + seconds.size(), wait).ec == std::errc())
            result.retry_after = Seconds(wait);
    }
    return result;
}

std::string ability_body(const ports::OutgoingText& text) {
    JsonWriter json;
    json.begin_object().member("phone_number", text.to.e164()).end_object();
    return json.take();
}

std::string status_body(const std::string& request, const Secret<std::string>& code) {
    JsonWriter json;
    json.begin_object().member("request_id", request);
    if (!code.empty())
        json.member("code", code.reveal());
    json.end_object();
    return json.take();
}

std::string message_body(const ports::OutgoingText& text, const std::string& request,
                         const TelegramConfig& config, Instant now) {
    const auto ttl = std::clamp(seconds_until(text.expires_at, now), ttl_min, ttl_max);
    JsonWriter json;
    json.begin_object().member("phone_number", text.to.e164()).member("request_id", request);
    if (!config.sender_username.empty())
        json.member("sender_username", config.sender_username);
    json.member("code", text.code.reveal());
    if (text.receipt_url.starts_with("https://") && text.receipt_url.size() <= callback_url_bytes_max)
        json.member("callback_url", text.receipt_url);
    json.member("payload", text.id.text).member("ttl", ttl.count()).end_object();
    return json.take();
}

std::optional<MessageState> state_of(const std::string& status) {
    if (status == "sent")
        return MessageState::sent;
    if (status == "delivered" || status == "read")
        return MessageState::delivered;
    if (status == "expired")
        return MessageState::expired;
    if (status == "revoked")
        return MessageState::failed;
    return {};
}

// What is settled needs no id any more; the rest may be tried again with it.
bool is_settled(const ports::SubmitResult& result) {
    return result.outcome == SubmitOutcome::accepted || result.outcome == SubmitOutcome::refused;
}

} // namespace

TelegramSender::TelegramSender(TelegramConfig config, ports::HttpClient& client, const ports::Clock& clock,
                               const ports::Signatures& signatures) :
    config_(std::move(config)),
    client_(client), clock_(clock), signatures_(signatures) {}

Task<TelegramSender::Answer> TelegramSender::ask(std::string method, Secret<std::string> body) {
    ports::HttpCall call;
    call.url = config_.base_url + "/" + method;
    call.headers = {{"Authorization", "Bearer " + config_.token.reveal()},
                    {"Content-Type", "application/json"}};
    call.body = std::move(body);
    call.time_max /= 2; // a text takes two calls
    auto asking = client_.fetch(std::move(call));
    const auto reply = co_await asking;
    Answer answer = fail(ports::SubmitResult());
    if (reply)
        answer = read(*reply);
    else
        answer = fail(http_sending::from_failure(reply.error()));
    co_return std::move(answer);
}

TelegramSender::Answer TelegramSender::read(const ports::HttpReply& reply) const {
    const auto whole = json::parse(reply.body);
    const auto* const result = whole ? whole->find("result") : nullptr;
    if (http_sending::is_success(reply) && result != nullptr &&
        http_sending::text_at(*whole, "/ok") == "true")
        return *result;
    const auto error = whole ? http_sending::text_at(*whole, "/error") : std::string();
    if (!error.empty())
        return fail(refused_with(error));
    if (http_sending::is_success(reply))
        return fail(http_sending::result_of(SubmitOutcome::unknown, "no_answer_code"));
    return fail(http_sending::from_status(reply, clock_.now()));
}

Task<ports::SubmitResult> TelegramSender::submit(const ports::OutgoingText& text) {
    if (!can_be_a_code(text.code.reveal()))
        co_return http_sending::result_of(SubmitOutcome::unavailable, "telegram_needs_4_to_8_digits");
    auto requesting = request_for(text);
    const auto known = co_await requesting;
    if (!known)
        co_return known.error();
    auto sending = send(text, *known);
    auto result = co_await sending;
    if (is_settled(result))
        requests_.forget(text.id);
    co_return http_sending::without_code(std::move(result), text.code);
}

Task<Result<RequestIds::Known, ports::SubmitResult>>
TelegramSender::request_for(const ports::OutgoingText& text) {
    using Found = Result<RequestIds::Known, ports::SubmitResult>;
    if (auto known = requests_.find(text.id, clock_.now())) {
        Found found = std::move(*known);
        co_return std::move(found);
    }
    auto asking = ask("checkSendAbility", Secret<std::string>(ability_body(text)));
    const auto status = co_await asking;
    Found found = fail(ports::SubmitResult());
    if (status) {
        found = RequestIds::Known{http_sending::text_at(*status, "/request_id"), false};
        requests_.keep(text.id, found->request, text.expires_at);
    } else {
        auto failed = status.error();
        if (failed.outcome == SubmitOutcome::unknown) // it has no text to send
            failed.outcome = SubmitOutcome::unavailable;
        found = fail(http_sending::without_code(std::move(failed), text.code));
    }
    co_return std::move(found);
}

Task<ports::SubmitResult> TelegramSender::send(const ports::OutgoingText& text, RequestIds::Known known) {
    requests_.mark_sent(text.id);
    auto asking = ask("sendVerificationMessage",
                      Secret<std::string>(message_body(text, known.request, config_, clock_.now())));
    const auto sent = co_await asking;
    bool taken = sent.has_value();
    if (!taken && known.was_sent && sent.error().outcome != SubmitOutcome::throttled) {
        auto looking = has_arrived(known.request);
        taken = co_await looking;
    }
    if (!taken)
        co_return sent.error();
    auto result = http_sending::result_of(SubmitOutcome::accepted);
    result.reference = known.request;
    if (sent)
        result.price = ports::parse_price(http_sending::text_at(*sent, "/request_cost"), "USD");
    co_return std::move(result);
}

Task<bool> TelegramSender::has_arrived(std::string request) {
    auto asking = ask("checkVerificationStatus", Secret<std::string>(status_body(request, {})));
    const auto status = co_await asking;
    const bool arrived = status && http_sending::at(*status, "/delivery_status/status") != nullptr;
    co_return arrived;
}

Task<void> TelegramSender::report_use(const ports::UsedText& used) {
    if (used.reference.empty())
        co_return;
    auto asking = ask("checkVerificationStatus", Secret<std::string>(status_body(used.reference, used.code)));
    co_await asking;
}

// core.telegram.org/gateway/api, "Report delivery": the key is the hash of the token.
Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
TelegramSender::read_callback(const http::Request& request, const std::string&) const {
    const auto time = request.headers.get("x-request-timestamp");
    std::int64_t seconds = 0;
    const auto* const end = time.data() + time.size();
    if (time.empty() || time.size() > 12 || std::from_chars(time.data(), end, seconds).ptr != end)
        return fail(http_sending::CallbackFault::not_signed);
    const Secret<std::string> key(signatures_.sha256(config_.token.reveal()));
    const auto mac = signatures_.hmac_sha256(key, std::string(time).append(1, '\n').append(request.body));
    const auto age = clock_.now() - Instant(Seconds(seconds));
    if (!equal_in_constant_time(to_hex(mac), request.headers.get("x-request-signature")) ||
        age > report_age_max || -age > report_age_max)
        return fail(http_sending::CallbackFault::not_signed);

    const auto body = json::parse(request.body);
    const auto reference = body ? http_sending::text_at(*body, "/request_id") : std::string();
    if (reference.empty())
        return fail(http_sending::CallbackFault::not_read);
    const auto state = state_of(http_sending::text_at(*body, "/delivery_status/status"));
    if (!state)
        return std::vector<ports::ProviderReceipt>();
    ports::ProviderReceipt receipt;
    receipt.provider = config_.name;
    receipt.references = {reference};
    receipt.state = *state;
    receipt.at = clock_.now();
    return std::vector{receipt};
}

} // namespace dialproof::senders
