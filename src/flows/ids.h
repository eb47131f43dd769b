// New identifiers for what has none yet.
#pragma once

#include "ports/random.h"

#include <string>

namespace dialproof::flows {

// 18 decimal digits, the first not 0: a user's id in a dialect whose own ids look so (about 60 random bits).
std::string new_decimal_id(ports::Random& random);

} // namespace dialproof::flows
