#include "senders/smpp/provider_receipt.h"

#include "wire/smpp/receipt.h"

#include <cstdlib>

namespace dialproof::senders {

using namespace wire;
using ports::MessageState;

namespace {

MessageState state_of(smpp::ReceiptState state) {
    switch (state) {
    case smpp::ReceiptState::enroute:
    case smpp::ReceiptState::accepted:
    case smpp::ReceiptState::unknown: // says no more than that it was taken
        return MessageState::sent;
    case smpp::ReceiptState::delivered:
        return MessageState::delivered;
    case smpp::ReceiptState::expired:
        return MessageState::expired;
    case smpp::ReceiptState::deleted:
    case smpp::ReceiptState::undeliverable:
    case smpp::ReceiptState::rejected:
        return MessageState::failed;
    }
    std::abort();
}

// A receipt comes from where the message went to.
std::optional<core::PhoneNumber> number_of(const smpp::Pdu& pdu) {
    std::string digits;
    if (const auto* message = std::get_if<smpp::ShortMessage>(&pdu.body))
        digits = message->source.text;
    if (const auto* message = std::get_if<smpp::DataMessage>(&pdu.body))
        digits = message->source.text;
    return core::PhoneNumber::parse(digits.starts_with('+') ? digits : "+" + digits);
}

std::string error_of(const smpp::Receipt& receipt, MessageState state) {
    const bool failed = state == MessageState::failed || state == MessageState::expired;
    return failed && !receipt.error.empty() ? "smpp_err_" + receipt.error : "";
}

} // namespace

std::optional<ports::ProviderReceipt> provider_receipt(const smpp::Pdu& pdu, const std::string& provider,
                                                       const SmppLink& link, Instant now) {
    const auto read = receipt_of(pdu);
    if (!read)
        return {};
    ports::ProviderReceipt receipt;
    receipt.provider = provider;
    receipt.references = message_id_forms(read->id, link.id_form);
    if (link.user_reference && read->user_reference != 0) // 0: the centre knows of none
        receipt.own_reference = read->user_reference;
    receipt.to = number_of(pdu);
    receipt.state = state_of(read->state);
    receipt.error = error_of(*read, receipt.state);
    receipt.at = now; // the centre's own time is of a zone that it does not tell
    return receipt;
}

} // namespace dialproof::senders
