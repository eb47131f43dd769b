// Delivery receipts, which come as deliver_sm or data_sm: in optional parameters (SMPP 3.4 sections 5.3.2.12,
// 5.3.2.35, 5.3.2.31), else as text of a form that is custom, not standard (appendix B):
//
//   id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:EEE text:...
#pragma once

#include "base/instant.h"
#include "wire/smpp/pdu.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::wire::smpp {

enum class ReceiptState {
    enroute, // this one and `accepted` are not final
    accepted,
    delivered,
    expired,
    deleted,
    undeliverable,
    rejected,
    unknown,
};

struct Receipt {
    std::string id; // of the message, as the centre writes it here; empty where it does not say
    ReceiptState state = ReceiptState::unknown;
    std::string error; // the centre's code, letters and digits alone; empty where it does not say
    // The user_message_reference of the message (section 5.3.2.17), where the centre repeats it. Some repeat
    // its lower octet alone.
    std::optional<std::uint16_t> user_reference;
    // The centre does not say of which zone its time is: read as UTC, so hours off at worst.
    std::optional<Instant> done_at;
};

inline constexpr std::size_t receipt_id_bytes_max = 64, receipt_error_bytes_max = 8;

// Empty where the PDU is no receipt but a message of somebody.
std::optional<Receipt> receipt_of(const Pdu& pdu);

// Which of the two writes the id in hexadecimal while the other writes it in decimal.
enum class IdForm {
    automatic, // any of the below
    same,
    response_hex, // submit_sm_resp
    receipt_hex,
};

// The forms in which the id of a receipt may have stood in the submit_sm_resp, the likeliest first, each
// once.
std::vector<std::string> message_id_forms(std::string_view id, IdForm form);

} // namespace dialproof::wire::smpp
