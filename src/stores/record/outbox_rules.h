// What becomes of a message when news of it comes: the same in every store.
#pragma once

#include "ports/store.h"

#include <optional>

namespace dialproof::stores {

// The message after it was claimed. Its last holder, where it was abandoned, may have sent it: that is kept
// as a try.
ports::Message after_claim(const ports::Message& stored, bool abandoned);

// The message after the receipt, or nothing where the receipt tells nothing new. `leased`: somebody holds or
// held a lease on it and has not settled it; a failure of what is just leaving then waits for the settlement.
std::optional<ports::Message> after_receipt(const ports::Message& stored, bool leased,
                                            const ports::Receipt& receipt);

// What the receipt did: `moved` is the message after it, as above.
ports::Recorded recorded(const ports::Message& stored, const std::optional<ports::Message>& moved);

// The message after its holder settled it. What it is and to whom never changes; of its tries the new one is
// added. What receipts told stands: the end of the message, and a failure of what just left.
ports::Message after_settlement(const ports::Message& stored, const ports::Message& settled);

} // namespace dialproof::stores
