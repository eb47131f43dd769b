// A number of sixteen bits that goes with a text to those providers that repeat it in their receipts. It is
// made of what is stored, so it is kept nowhere. Many texts share one: it only tells those to the same number
// apart.
#pragma once

#include "core/ids.h"

#include <cstdint>

namespace dialproof::ports {

// Neither of its octets is 0: some providers repeat the lower one alone, and 0 is what they say of a text
// that has none.
std::uint16_t own_reference(const core::MessageId& message, unsigned attempt);

} // namespace dialproof::ports
