// Where a use case leaves the messages that it commits. What can leave at once is stored with a lease and
// handed over in memory, so that it need not be claimed; the rest waits in the store for whoever is free.
#pragma once

#include "ports/store.h"

#include <vector>

namespace dialproof::ports {

class Outbox {
public:
    virtual ~Outbox() = default;

    // Before the commit: leases those of `messages` that can leave at once. They are the answer too.
    virtual std::vector<ClaimedMessage> lease(std::vector<NewMessage>& messages, Instant now) = 0;
    // After it: `leased` may leave now, and others may be due. Not called where the commit failed; where its
    // outcome is unknown, the leases run out. Safe from any thread, waits for nothing.
    virtual void committed(std::vector<ClaimedMessage> leased) = 0;
    // A code of that verification was right: providers that want to know are told. Best effort, as above.
    virtual void code_used(const core::VerificationId& verification) = 0;
};

} // namespace dialproof::ports
