#include "stores/record/outbox_rules.h"

#include <utility>

namespace dialproof::stores {

namespace {

using ports::MessageState;

bool moves_forward(MessageState from, bool leased, MessageState to) {
    if (to == MessageState::delivered)
        return from != MessageState::delivered && from != MessageState::canceled;
    if (to != MessageState::failed)
        return false;
    // Without a lease, the failure is of an earlier try, and the next one is yet to come.
    return from == MessageState::sent || from == MessageState::unknown ||
           (from == MessageState::queued && leased);
}

} // namespace

std::optional<ports::Message> after_receipt(const ports::Message& stored, bool leased,
                                            const ports::Receipt& receipt) {
    if (!moves_forward(stored.state, leased, receipt.state))
        return {};
    ports::Message message = stored;
    message.state = receipt.state;
    message.changed_at = receipt.at;
    message.error = receipt.error;
    return message;
}

ports::Message after_settlement(const ports::Message& stored, const ports::Message& settled) {
    ports::Message message = stored;
    message.provider = settled.provider;
    message.provider_reference = settled.provider_reference;
    if (ports::is_final(stored.state))
        return message;
    message.state = settled.state;
    message.changed_at = settled.changed_at;
    message.due_at = settled.due_at;
    message.error = settled.error;
    return message;
}

} // namespace dialproof::stores
