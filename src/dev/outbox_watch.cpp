#include "dev/outbox_watch.h"

#include <algorithm>

namespace dialproof::dev {

Task<Result<ports::Committed, ports::CommitFailure>> OutboxWatch::commit(ports::Changes changes) {
    std::vector<core::MessageId> messages;
    {
        // Before the commit: once it is stored, the message may be settled before anyone gets here.
        const std::lock_guard lock(mutex_);
        for (const auto& message : changes.messages) {
            messages.push_back(message.message.id);
            tickets_[message.message.id] = ++last_ticket_;
        }
    }
    auto committed = co_await inner_.commit(std::move(changes));
    if (!committed)
        forget(messages);
    co_return committed;
}

Task<Result<ports::Committed, ports::Fault>> OutboxWatch::settle_message(ports::Settlement settlement) {
    const std::vector<core::MessageId> messages{settlement.message.id};
    auto settled = co_await inner_.settle_message(std::move(settlement));
    forget(messages);
    co_return settled;
}

Task<void> OutboxWatch::wait_for_messages() {
    auto wait = suspend_until<bool>([this](Completer<bool> done) {
        {
            const std::lock_guard lock(mutex_);
            if (!settled_up_to(last_ticket_)) {
                waiting_.push_back({last_ticket_, done});
                return;
            }
        }
        done(true);
    });
    co_await wait;
}

void OutboxWatch::forget(const std::vector<core::MessageId>& messages) {
    std::vector<Waiting> ready;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& message : messages)
            tickets_.erase(message);
        const auto first_ready =
            std::stable_partition(waiting_.begin(), waiting_.end(),
                                  [this](const Waiting& waiting) { return !settled_up_to(waiting.ticket); });
        ready.assign(first_ready, waiting_.end());
        waiting_.erase(first_ready, waiting_.end());
    }
    for (const auto& waiting : ready)
        waiting.done(true);
}

bool OutboxWatch::settled_up_to(std::uint64_t ticket) const {
    return std::all_of(tickets_.begin(), tickets_.end(),
                       [ticket](const auto& open) { return open.second > ticket; });
}

} // namespace dialproof::dev
