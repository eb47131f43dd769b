#include "senders/smpp/smpp_config.h"

#include "senders/smpp/message_parts.h"
#include "wire/smpp/pdu.h"

#include <algorithm>

namespace dialproof::senders {

using namespace wire;

namespace {

std::string fault_in(const SmppLink& link) {
    const auto bind = encode(smpp::Pdu{smpp::CommandId::bind_transceiver, 0, 1, bind_of(link)});
    if (!bind)
        return "its " + std::string(bind.error().field) + " is longer than SMPP allows";
    smpp::ShortMessage message;
    message.service_type = link.service_type;
    if (!encode(smpp::Pdu{smpp::CommandId::submit_sm, 0, 1, message}))
        return "its service_type is longer than the 5 characters that SMPP allows";
    if (!is_sender_possible(link.sender))
        return "its sender is longer than a handset shows: 11 characters, or 15 digits";
    if (link.endpoint.host.empty() || link.endpoint.port == 0)
        return "it has no host or no port";
    if (link.window == 0 || link.window > SmppLink::window_max)
        return "its window is not 1 to " + std::to_string(SmppLink::window_max);
    if (link.messages_per_second == 0)
        return "it may not send any message in a second";
    if (link.answer_timeout <= Seconds(0))
        return "it does not wait for any answer";
    if (link.packed_septets && link.long_texts == LongTexts::sar)
        return "packed septets go with udh or payload, not with sar";
    return {};
}

} // namespace

std::string fault_in(const SmppConfig& config) {
    for (const auto& link : config.links)
        if (const auto fault = fault_in(link); !fault.empty())
            return "the link \"" + link.name + "\": " + fault;
    const bool sends = std::any_of(config.links.begin(), config.links.end(),
                                   [](const SmppLink& link) { return link.mode != BindMode::receiver; });
    return sends ? "" : "no link sends: at least one has to be a transceiver or a transmitter";
}

smpp::Bind bind_of(const SmppLink& link) {
    smpp::Bind bind;
    bind.system_id = link.system_id;
    bind.password = link.password;
    bind.system_type = link.system_type;
    bind.interface_version = link.interface_version;
    return bind;
}

} // namespace dialproof::senders
