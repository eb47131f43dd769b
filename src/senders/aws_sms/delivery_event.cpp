#include "senders/aws_sms/delivery_event.h"

#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace dialproof::senders {

using ports::MessageState;

namespace {

// Which of DELIVERED and SUCCESSFUL is the last word depends on the country; there they mean the same.
constexpr std::array<std::pair<std::string_view, MessageState>, 14> states{{
    {"TEXT_BLOCKED", MessageState::failed},
    {"TEXT_CARRIER_BLOCKED", MessageState::failed},
    {"TEXT_CARRIER_UNREACHABLE", MessageState::failed},
    {"TEXT_DELIVERED", MessageState::delivered},
    {"TEXT_INVALID", MessageState::failed},
    {"TEXT_INVALID_MESSAGE", MessageState::failed},
    {"TEXT_PENDING", MessageState::sent},
    {"TEXT_PROTECT_BLOCKED", MessageState::failed},
    {"TEXT_QUEUED", MessageState::sent},
    {"TEXT_SPAM", MessageState::failed},
    {"TEXT_SUCCESSFUL", MessageState::delivered},
    {"TEXT_TTL_EXPIRED", MessageState::expired},
    {"TEXT_UNKNOWN", MessageState::failed},
    {"TEXT_UNREACHABLE", MessageState::failed},
}};

std::optional<MessageState> state_of(std::string_view type, bool is_last_word) {
    const auto* const found =
        std::find_if(states.begin(), states.end(), [&](const auto& entry) { return entry.first == type; });
    if (found == states.end())
        return {};
    const bool has_more_to_tell = type == "TEXT_SUCCESSFUL" && !is_last_word;
    return has_more_to_tell ? MessageState::sent : found->second;
}

// What AWS and the carrier want for it, in US dollars.
std::optional<ports::Price> price_of(const json::Value& detail) {
    const auto dollars = [&](const char* place) {
        return ports::parse_price(http_sending::text_at(detail, place), "USD");
    };
    const auto price = dollars("/totalMessagePrice"), fee = dollars("/totalCarrierFee");
    return price && fee ? sum(*price, *fee) : price;
}

} // namespace

Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
read_delivery_event(const std::string& body, Instant now) {
    const auto event = json::parse(body);
    const auto* const detail = event ? event->find("detail") : nullptr;
    if (detail == nullptr)
        return fail(http_sending::CallbackFault::not_read);
    std::vector<ports::ProviderReceipt> receipts;
    const auto type = http_sending::text_at(*detail, "/eventType");
    auto reference = http_sending::text_at(*detail, "/messageId");
    const auto state = state_of(type, http_sending::text_at(*detail, "/isFinal") == "true");
    if (!state || reference.empty())
        return receipts;
    ports::ProviderReceipt receipt;
    receipt.references = {std::move(reference)};
    receipt.state = *state;
    receipt.at = now;
    receipt.price = price_of(*detail);
    if (*state == MessageState::failed || *state == MessageState::expired)
        receipt.error = http_sending::error_name("aws", type);
    receipt.another_may_try = type != "TEXT_PROTECT_BLOCKED"; // a rule of the account's owner
    receipts.push_back(std::move(receipt));
    return receipts;
}

} // namespace dialproof::senders
