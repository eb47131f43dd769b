// How likely a stranger is to guess one number's code within a day, from the configured numbers.
#pragma once

#include "core/policy.h"

namespace dialproof::core {

struct GuessOdds {
    double guesses_a_day; // the most wrong guesses that any way of asking can spend; infinity: no limit
    double chance;        // of at least one hit, at most
};

// The bound does not depend on how the stranger spreads guesses over verifications, services, users or
// dialects: the line's windows hold over all of them. Nor does a success of the line's owner refill them.
GuessOdds guess_odds(const Policy& policy, const LinePolicy& line);

} // namespace dialproof::core
