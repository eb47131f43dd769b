// Knows which messages were committed and are not settled yet. A message leaves a moment after the answer of
// the call that made it; who then asks for the inbox at once should find it there.
#pragma once

#include "ports/passing_store.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace dialproof::dev {

class OutboxWatch final : public ports::PassingStore {
public:
    using PassingStore::PassingStore;

    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override;
    Task<Result<ports::Committed, ports::Fault>> settle_message(ports::Settlement settlement) override;

    // Returns once each message that was committed before has been settled, whatever became of it.
    Task<void> wait_for_messages();

private:
    struct Waiting {
        std::uint64_t ticket; // all up to this one have to be settled
        Completer<bool> done;
    };

    void forget(const std::vector<core::MessageId>& messages);
    [[nodiscard]] bool settled_up_to(std::uint64_t ticket) const;

    std::mutex mutex_; // held for a look-up, never over a wait
    std::uint64_t last_ticket_ = 0;
    std::map<core::MessageId, std::uint64_t> tickets_; // of messages that are not settled
    std::vector<Waiting> waiting_;
};

} // namespace dialproof::dev
