// PDUs of every kind, with fields of every length that the protocol allows.
#pragma once

#include "wire/smpp/pdu.h"

#include <rapidcheck.h>

#include <string>

namespace dialproof::wire::smpp {

// At most `octets_max` with the NUL.
inline rc::Gen<std::string> c_octets(std::size_t octets_max) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, octets_max), [](std::size_t octets) {
        return rc::gen::container<std::string>(octets, rc::gen::inRange('\x01', '\x7F'));
    });
}

inline rc::Gen<std::string> any_octets(std::size_t most) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, most + 1), [](std::size_t octets) {
        return rc::gen::container<std::string>(octets, rc::gen::arbitrary<char>());
    });
}

inline std::uint8_t any_u8() { return *rc::gen::arbitrary<std::uint8_t>(); }

inline Address any_address(std::size_t octets_max) { return {any_u8(), any_u8(), *c_octets(octets_max)}; }

inline Tlvs any_tlvs() {
    Tlvs tlvs;
    for (unsigned left = *rc::gen::inRange(0U, 4U); left > 0; --left) {
        const auto tag = static_cast<Tag>(*rc::gen::arbitrary<std::uint16_t>());
        tlvs.push_back(Tlv{tag, Secret<std::string>(*any_octets(300))});
    }
    return tlvs;
}

inline Body any_body(CommandId id) {
    switch (id) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
        return Bind{*c_octets(16), Secret<std::string>(*c_octets(9)), *c_octets(13), any_u8(),
                    any_address(41)};
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
        return BindResponse{*c_octets(16), any_tlvs()};
    case CommandId::outbind:
        return Outbind{*c_octets(16), Secret<std::string>(*c_octets(9))};
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
        return ShortMessage{*c_octets(6),
                            any_address(21),
                            any_address(21),
                            any_u8(),
                            any_u8(),
                            any_u8(),
                            *c_octets(17),
                            *c_octets(17),
                            any_u8(),
                            any_u8(),
                            any_u8(),
                            any_u8(),
                            Secret<std::string>(*any_octets(short_message_octets_max)),
                            any_tlvs()};
    case CommandId::data_sm:
        return DataMessage{*c_octets(6), any_address(65), any_address(65), any_u8(),
                           any_u8(),     any_u8(),        any_tlvs()};
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
        return MessageResponse{*c_octets(65), any_tlvs()};
    case CommandId::query_sm:
        return Query{*c_octets(65), any_address(21)};
    case CommandId::query_sm_resp:
        return QueryResponse{*c_octets(65), *c_octets(17), any_u8(), any_u8()};
    case CommandId::alert_notification:
        return Alert{any_address(65), any_address(65), any_tlvs()};
    case CommandId::unbind:
    case CommandId::unbind_resp:
    case CommandId::enquire_link:
    case CommandId::enquire_link_resp:
    case CommandId::generic_nack:
        break;
    }
    return Empty{};
}

inline constexpr CommandId every_command[] = {
    CommandId::bind_receiver,
    CommandId::bind_transmitter,
    CommandId::query_sm,
    CommandId::submit_sm,
    CommandId::deliver_sm,
    CommandId::unbind,
    CommandId::bind_transceiver,
    CommandId::outbind,
    CommandId::enquire_link,
    CommandId::alert_notification,
    CommandId::data_sm,
    CommandId::generic_nack,
    CommandId::bind_receiver_resp,
    CommandId::bind_transmitter_resp,
    CommandId::query_sm_resp,
    CommandId::submit_sm_resp,
    CommandId::deliver_sm_resp,
    CommandId::unbind_resp,
    CommandId::data_sm_resp,
    CommandId::bind_transceiver_resp,
    CommandId::enquire_link_resp,
};

inline Pdu any_pdu() {
    const auto id =
        *rc::gen::elementOf(std::vector<CommandId>(std::begin(every_command), std::end(every_command)));
    return {id, *rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint32_t>(), any_body(id)};
}

} // namespace dialproof::wire::smpp
