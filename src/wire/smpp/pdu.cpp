#include "wire/smpp/pdu.h"

#include "wire/smpp/octets.h"

#include <cassert>

namespace dialproof::wire::smpp {

namespace {

constexpr std::size_t system_id_octets = 16, password_octets = 9, system_type_octets = 13;
constexpr std::size_t range_octets = 41, service_type_octets = 6, time_octets = 17, message_id_octets = 65;
constexpr std::size_t address_octets = 21, long_address_octets = 65;

template <typename Io>
void layout(Io&, typename Io::template Of<Empty>&) {}

template <typename Io>
void layout(Io&, typename Io::template Of<Unreadable>&) {}

template <typename Io>
void layout(Io& io, typename Io::template Of<Bind>& body) {
    io.text("system_id", system_id_octets, body.system_id);
    io.secret("password", password_octets, body.password);
    io.text("system_type", system_type_octets, body.system_type);
    io.u8(body.interface_version);
    io.address("address_range", range_octets, body.range);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<BindResponse>& body) {
    io.text("system_id", system_id_octets, body.system_id);
    io.tlvs(body.tlvs);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<Outbind>& body) {
    io.text("system_id", system_id_octets, body.system_id);
    io.secret("password", password_octets, body.password);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<ShortMessage>& body) {
    io.text("service_type", service_type_octets, body.service_type);
    io.address("source_addr", address_octets, body.source);
    io.address("destination_addr", address_octets, body.destination);
    io.u8(body.esm_class);
    io.u8(body.protocol_id);
    io.u8(body.priority_flag);
    io.text("schedule_delivery_time", time_octets, body.schedule_delivery_time);
    io.text("validity_period", time_octets, body.validity_period);
    io.u8(body.registered_delivery);
    io.u8(body.replace_if_present_flag);
    io.u8(body.data_coding);
    io.u8(body.default_message);
    io.short_message(body.short_message);
    io.tlvs(body.tlvs);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<DataMessage>& body) {
    io.text("service_type", service_type_octets, body.service_type);
    io.address("source_addr", long_address_octets, body.source);
    io.address("destination_addr", long_address_octets, body.destination);
    io.u8(body.esm_class);
    io.u8(body.registered_delivery);
    io.u8(body.data_coding);
    io.tlvs(body.tlvs);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<MessageResponse>& body) {
    io.text("message_id", message_id_octets, body.message_id);
    io.tlvs(body.tlvs);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<Query>& body) {
    io.text("message_id", message_id_octets, body.message_id);
    io.address("source_addr", address_octets, body.source);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<QueryResponse>& body) {
    io.text("message_id", message_id_octets, body.message_id);
    io.text("final_date", time_octets, body.final_date);
    io.u8(body.message_state);
    io.u8(body.error_code);
}

template <typename Io>
void layout(Io& io, typename Io::template Of<Alert>& body) {
    io.address("source_addr", long_address_octets, body.source);
    io.address("esme_addr", long_address_octets, body.esme);
    io.tlvs(body.tlvs);
}

// What follows the header of such a command.
Body empty_body(CommandId id) {
    switch (id) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
        return Bind{};
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
        return BindResponse{};
    case CommandId::outbind:
        return Outbind{};
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
        return ShortMessage{};
    case CommandId::data_sm:
        return DataMessage{};
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
        return MessageResponse{};
    case CommandId::query_sm:
        return Query{};
    case CommandId::query_sm_resp:
        return QueryResponse{};
    case CommandId::alert_notification:
        return Alert{};
    case CommandId::unbind:
    case CommandId::unbind_resp:
    case CommandId::enquire_link:
    case CommandId::enquire_link_resp:
    case CommandId::generic_nack:
        return Empty{};
    }
    return Unreadable{}; // a number from the wire that names no command
}

std::string big_endian(std::uint32_t value) {
    OctetWriter writer;
    writer.u32(value);
    return writer.take();
}

} // namespace

Tlv tlv_u8(Tag tag, std::uint8_t value) {
    return {tag, Secret<std::string>(std::string(1, static_cast<char>(value)))};
}

Tlv tlv_u16(Tag tag, std::uint16_t value) {
    OctetWriter writer;
    writer.u16(value);
    return {tag, Secret<std::string>(writer.take())};
}

std::optional<std::string_view> find(const Tlvs& tlvs, Tag tag) {
    for (const auto& tlv : tlvs)
        if (tlv.tag == tag)
            return tlv.value.reveal();
    return {};
}

std::optional<std::uint8_t> find_u8(const Tlvs& tlvs, Tag tag) {
    const auto value = find(tlvs, tag);
    if (!value || value->size() != 1)
        return {};
    return static_cast<std::uint8_t>(value->front());
}

std::optional<std::uint16_t> find_u16(const Tlvs& tlvs, Tag tag) {
    const auto value = find(tlvs, tag);
    if (!value || value->size() != sizeof(std::uint16_t))
        return {};
    std::uint16_t number = 0;
    OctetReader(*value).u16(number);
    return number;
}

bool is_known(CommandId id) { return !std::holds_alternative<Unreadable>(empty_body(id)); }

Result<std::string, FieldFault> encode(const Pdu& pdu) {
    OctetWriter writer;
    writer.u32(static_cast<std::uint32_t>(pdu.id));
    writer.u32(pdu.status);
    writer.u32(pdu.sequence);
    std::visit([&](const auto& body) { layout(writer, body); }, pdu.body);
    if (writer.fault())
        return fail(*writer.fault());
    const std::string rest = writer.take();
    const std::size_t length = rest.size() + sizeof(std::uint32_t);
    if (length > pdu_bytes_max)
        return fail(FieldFault{"command_length"});
    return big_endian(static_cast<std::uint32_t>(length)) + rest;
}

Pdu decode(std::string_view octets) {
    assert(octets.size() >= pdu_header_bytes);
    OctetReader reader(octets);
    std::uint32_t length = 0, id = 0;
    Pdu pdu;
    reader.u32(length);
    reader.u32(id);
    reader.u32(pdu.status);
    reader.u32(pdu.sequence);
    pdu.id = static_cast<CommandId>(id);
    pdu.body = empty_body(pdu.id);
    std::visit([&](auto& body) { layout(reader, body); }, pdu.body);
    if (!reader.whole() && !is_response(pdu.id))
        pdu.body = Unreadable{};
    return pdu;
}

} // namespace dialproof::wire::smpp
