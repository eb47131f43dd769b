// How likely a stranger is to guess one number's code within a day, from the configured numbers.
#pragma once

#include "core/policy.h"

namespace dialproof::core {

struct GuessOdds {
    double guesses_a_day;        // the most wrong guesses that any way of asking can spend
    double chance;               // of at least one hit, at most
    std::string_view bounded_by; // which setting is the tightest: "line" or "verification"
};

// The bound does not depend on how the stranger spreads guesses over verifications, services, users or
// dialects: the line's windows hold over all of them.
GuessOdds guess_odds(const Policy& policy, const LinePolicy& line);

} // namespace dialproof::core
