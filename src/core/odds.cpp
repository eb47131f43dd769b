#include "core/odds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dialproof::core {

GuessOdds guess_odds(const Policy& policy, const LinePolicy& line) {
    constexpr double day = 86400;
    double guesses = std::numeric_limits<double>::infinity();
    for (const Rate& rate : line.guesses)
        if (rate.limited())
            guesses =
                std::min(guesses, rate.count * std::ceil(day / static_cast<double>(rate.period.count())));
    // Any set of guesses against evenly spread codes hits with at most guesses / codes (union bound).
    return {guesses, std::min(1.0, guesses / static_cast<double>(code_count(policy.code)))};
}

} // namespace dialproof::core
