// One text to one number. It refers to a verification and generation and never holds the code.
#pragma once

#include "base/instant.h"
#include "core/autofill.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "core/verification.h"
#include "ports/price.h"
#include "ports/submit_outcome.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// One leaving of a message, and what was heard of it.
struct Attempt {
    unsigned number = 0; // 1 for the first; a claim that ended without a leaving leaves a gap
    std::string provider, sender_id, route;
    std::string encoding; // of its text, such as "GSM-7", and ...
    unsigned parts = 0;   // ... how many short messages that takes
    Instant at;
    SubmitOutcome outcome = SubmitOutcome::unknown;
    std::string reference;      // the provider's id
    std::string error;          // by a stable name
    std::optional<Price> price; // in all, where the provider tells it

    std::optional<MessageState> told; // by a receipt: sent, delivered, failed or expired
    Instant told_at;
    std::string told_error;
    bool told_the_end = false; // a failure after which no other provider is to try

    friend bool operator==(const Attempt&, const Attempt&) = default;
};

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
    // When it is to be looked at: not to be sent before; where it was sent, the next provider has its turn
    // then unless a receipt came. None: it rests.
    std::optional<Instant> due_at;
    Instant expires_at;         // with the code: not to be sent after
    unsigned attempts = 0;      // how often somebody took it to send it
    std::string error;          // its last bad news, by a stable name
    std::vector<Attempt> tries; // oldest first
    core::Autofill autofill{};  // the lines that the text gets

    friend bool operator==(const Message&, const Message&) = default;
};

// The provider that was asked last; empty where none was.
std::string_view last_provider(const Message& message);

} // namespace dialproof::ports
