// The other side of a session: a message centre that says what the test has it say.
#pragma once

#include "wire/smpp/pdu.h"
#include "wire/smpp/pdu_decoder.h"

#include <string>
#include <string_view>
#include <vector>

namespace dialproof::wire::smpp {

// All PDUs of some bytes that hold whole ones.
inline std::vector<Pdu> pdus_in(std::string_view bytes) {
    PduDecoder decoder;
    decoder.feed(bytes);
    std::vector<Pdu> pdus;
    while (auto next = decoder.next())
        pdus.push_back(std::move(next->value()));
    return pdus;
}

inline std::string says(CommandId id, std::uint32_t status, std::uint32_t sequence, Body body = Empty{}) {
    return encode(Pdu{id, status, sequence, std::move(body)}).value();
}

// To any request as a centre does that takes all; to a message with `message_id`.
inline std::string answer_to(const Pdu& request, const std::string& message_id = "",
                             std::uint32_t status = 0) {
    const auto id = response_to(request.id);
    if (std::holds_alternative<Bind>(request.body))
        return says(id, status, request.sequence, BindResponse{"centre", {}});
    if (request.id == CommandId::submit_sm)
        return says(id, status, request.sequence, MessageResponse{message_id, {}});
    return says(id, status, request.sequence);
}

inline std::string receipt_pdu(std::uint32_t sequence, const std::string& text,
                               const std::string& from = "41791234567") {
    ShortMessage message;
    message.source = {ton_international, npi_e164, from};
    message.esm_class = esm_type_receipt;
    message.short_message = Secret<std::string>(text);
    return says(CommandId::deliver_sm, 0, sequence, std::move(message));
}

} // namespace dialproof::wire::smpp
