// What an SMPP receipt says, in the words of the receipt port.
#pragma once

#include "ports/receipt.h"
#include "wire/smpp/pdu.h"
#include "wire/smpp/receipt.h"

#include <optional>
#include <string>

namespace dialproof::senders {

// Empty where the PDU is a message of somebody: nobody here reads those.
std::optional<ports::ProviderReceipt> provider_receipt(const wire::smpp::Pdu& pdu,
                                                       const std::string& provider, wire::smpp::IdForm form,
                                                       Instant now);

} // namespace dialproof::senders
