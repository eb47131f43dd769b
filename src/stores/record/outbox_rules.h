// What becomes of a message when news of it comes: the same in every store.
#pragma once

#include "ports/store.h"

#include <optional>

namespace dialproof::stores {

// The message after the receipt, or nothing where the receipt changes nothing. `leased`: somebody holds
// or held a lease on it and has not settled it.
std::optional<ports::Message> after_receipt(const ports::Message& stored, bool leased,
                                            const ports::Receipt& receipt);

// The message after its holder settled it. What it is and to whom never changes; where a receipt has
// told the end already, only what the provider said is added.
ports::Message after_settlement(const ports::Message& stored, const ports::Message& settled);

} // namespace dialproof::stores
