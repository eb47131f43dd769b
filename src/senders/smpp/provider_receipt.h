// What an SMPP receipt says, in the words of the receipt port.
#pragma once

#include "ports/receipt.h"
#include "senders/smpp/smpp_config.h"
#include "wire/smpp/pdu.h"

#include <optional>
#include <string>

namespace dialproof::senders {

// Empty where the PDU is a message of somebody: nobody here reads those.
std::optional<ports::ProviderReceipt>
provider_receipt(const wire::smpp::Pdu& pdu, const std::string& provider, const SmppLink& link, Instant now);

} // namespace dialproof::senders
