// One text to one number. It refers to a verification and generation and never holds the code.
#pragma once

#include "base/instant.h"
#include "core/autofill.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "core/verification.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::ports {

enum class MessageState {
    queued,    // waits for its time, or for a lease to run out
    sent,      // a provider took it
    delivered, // the handset has it, as a receipt says
    failed,    // no provider will deliver it
    expired,   // its code's life, or the carrier's patience, ended before it was delivered
    canceled,  // its verification ended before it left
    unknown,   // it may have left: the provider's answer is missing
};

std::string_view to_text(MessageState state);
std::optional<MessageState> parse_message_state(std::string_view text);
// Nothing but a late receipt changes such a message any more.
bool is_final(MessageState state);

struct Message {
    core::MessageId id;
    core::VerificationId verification;
    unsigned generation = 0;
    core::PhoneNumber to;
    core::ServiceName service;
    core::Channel channel = core::Channel::sms;
    std::string locale; // BCP 47, of the text

    MessageState state = MessageState::queued;
    Instant created_at, changed_at;
    Instant due_at;     // not to be sent before
    Instant expires_at; // with the code: not to be sent after
    unsigned attempts = 0;
    std::string provider;           // the last that was asked
    std::string provider_reference; // its id for the message
    std::string error;              // its last bad news, by a stable name

    core::Autofill autofill{}; // the lines that the text gets

    friend bool operator==(const Message&, const Message&) = default;
};

} // namespace dialproof::ports
