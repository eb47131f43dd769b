// A text as the submit_sm PDUs that one link takes it in.
#pragma once

#include "base/instant.h"
#include "ports/sender.h"
#include "senders/smpp/smpp_config.h"
#include "wire/smpp/pdu.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dialproof::senders {

inline constexpr std::size_t message_parts_max = 10;

// None where the text needs more than message_parts_max. `reference` tells the parts of one text from those
// of another to the same handset. A receipt is asked for the first part alone: centres send one for each
// part, under an id of its own, and a text has one reference.
std::vector<wire::smpp::ShortMessage> message_parts(const ports::OutgoingText& text, const SmppLink& link,
                                                    std::uint16_t reference, Instant now);

// At most 11 characters, or the digits of a number with or without '+'.
bool is_sender_possible(std::string_view sender);

// Relative, rounded up to a minute: "000000001000000R" is ten minutes (SMPP 3.4 section 7.1.1).
std::string validity_period(Milliseconds life);

} // namespace dialproof::senders
