// SMPP 3.4 PDUs as values (SMPP Developers Forum, "Short Message Peer to Peer Protocol Specification v3.4",
// sections 4 and 5), and their octets. Integers are big-endian; "C-octet" fields are ASCII that a NUL ends.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dialproof::wire::smpp {

inline constexpr std::size_t pdu_header_bytes = 16, pdu_bytes_max = std::size_t{64} * 1024;
inline constexpr std::size_t short_message_octets_max = 254; // section 5.2.21
inline constexpr std::uint32_t sequence_first = 1, sequence_last = 0x7FFFFFFF;
inline constexpr std::uint32_t response_bit = 0x80000000;

enum class CommandId : std::uint32_t {
    bind_receiver = 0x01,
    bind_transmitter = 0x02,
    query_sm = 0x03,
    submit_sm = 0x04,
    deliver_sm = 0x05,
    unbind = 0x06,
    bind_transceiver = 0x09,
    outbind = 0x0B,
    enquire_link = 0x15,
    alert_notification = 0x102,
    data_sm = 0x103,
    generic_nack = 0x80000000,
    bind_receiver_resp = 0x80000001,
    bind_transmitter_resp = 0x80000002,
    query_sm_resp = 0x80000003,
    submit_sm_resp = 0x80000004,
    deliver_sm_resp = 0x80000005,
    unbind_resp = 0x80000006,
    bind_transceiver_resp = 0x80000009,
    enquire_link_resp = 0x80000015,
    data_sm_resp = 0x80000103,
};

constexpr bool is_response(CommandId id) { return (static_cast<std::uint32_t>(id) & response_bit) != 0; }
constexpr CommandId response_to(CommandId request) {
    return static_cast<CommandId>(static_cast<std::uint32_t>(request) | response_bit);
}

enum class Tag : std::uint16_t {
    additional_status_info_text = 0x001D,
    receipted_message_id = 0x001E,
    user_message_reference = 0x0204,
    sar_msg_ref_num = 0x020C,
    sar_total_segments = 0x020E,
    sar_segment_seqnum = 0x020F,
    sc_interface_version = 0x0210,
    network_error_code = 0x0423,
    message_payload = 0x0424,
    delivery_failure_reason = 0x0425,
    message_state = 0x0427,
    congestion_state = 0x0428, // 5.0
};

// An optional parameter. Secret, since a message_payload holds the text, and a receipt quotes it.
struct Tlv {
    Tag tag{};
    Secret<std::string> value;
};
using Tlvs = std::vector<Tlv>;

Tlv tlv_u8(Tag tag, std::uint8_t value);
Tlv tlv_u16(Tag tag, std::uint16_t value);
// The first of that tag.
std::optional<std::string_view> find(const Tlvs& tlvs, Tag tag);
// Empty where there is none, or one of another length.
std::optional<std::uint8_t> find_u8(const Tlvs& tlvs, Tag tag);
std::optional<std::uint16_t> find_u16(const Tlvs& tlvs, Tag tag);

struct Address {
    std::uint8_t ton = 0, npi = 0; // sections 5.2.5 and 5.2.6
    std::string text;
};

inline constexpr std::uint8_t ton_unknown = 0, ton_international = 1, ton_network = 3, ton_alphanumeric = 5;
inline constexpr std::uint8_t npi_unknown = 0, npi_e164 = 1;

inline constexpr std::uint8_t esm_type_mask = 0x3C, esm_type_receipt = 0x04, esm_type_intermediate = 0x20;
inline constexpr std::uint8_t esm_udh = 0x40;

struct Bind { // all three
    std::string system_id;
    Secret<std::string> password;
    std::string system_type;
    std::uint8_t interface_version = 0x34;
    Address range;
};
struct BindResponse {
    std::string system_id;
    Tlvs tlvs;
};
struct Outbind {
    std::string system_id;
    Secret<std::string> password;
};
struct ShortMessage { // submit_sm, deliver_sm
    std::string service_type;
    Address source, destination;
    std::uint8_t esm_class = 0, protocol_id = 0, priority_flag = 0;
    std::string schedule_delivery_time, validity_period;
    std::uint8_t registered_delivery = 0, replace_if_present_flag = 0, data_coding = 0, default_message = 0;
    Secret<std::string> short_message;
    Tlvs tlvs;
};
struct DataMessage { // data_sm; the text is in its message_payload
    std::string service_type;
    Address source, destination;
    std::uint8_t esm_class = 0, registered_delivery = 0, data_coding = 0;
    Tlvs tlvs;
};
struct MessageResponse { // submit_sm_resp, deliver_sm_resp, data_sm_resp
    std::string message_id;
    Tlvs tlvs;
};
struct Query {
    std::string message_id;
    Address source;
};
struct QueryResponse {
    std::string message_id, final_date;
    std::uint8_t message_state = 0, error_code = 0;
};
struct Alert {
    Address source, esme;
    Tlvs tlvs;
};
struct Empty {}; // unbind, enquire_link, their responses, generic_nack
// Of a command that we do not know, or a body that is not what the command has.
struct Unreadable {};

using Body = std::variant<Empty, Bind, BindResponse, Outbind, ShortMessage, DataMessage, MessageResponse,
                          Query, QueryResponse, Alert, Unreadable>;

struct Pdu {
    CommandId id{};
    std::uint32_t status = 0, sequence = 0;
    Body body;
};

// Whether version 3.4 has it, or we read it as if it had.
bool is_known(CommandId id);

// The field that is too long for the protocol, or holds a NUL where none may be.
struct FieldFault {
    std::string_view field;
};

// An `Unreadable` body is written as none.
Result<std::string, FieldFault> encode(const Pdu& pdu);

// `octets` is one whole PDU, header included, of at least pdu_header_bytes. Lenient where real centres are:
// responses may lack their body or its end, texts may be longer than allowed, and what follows the last whole
// optional parameter is left out.
Pdu decode(std::string_view octets);

} // namespace dialproof::wire::smpp
