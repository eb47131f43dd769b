#include "core/gcra.h"

#include <algorithm>

namespace dialproof::core {

Result<GcraState, Instant> gcra_step(GcraState state, Rate rate, Instant now) {
    if (!rate.limited())
        return state;
    // Rounded up, and the tolerance made of whole intervals: a burst is the count whatever the remainder,
    // and the long run never faster than asked for.
    const std::chrono::microseconds period = rate.period;
    const auto interval = (period + std::chrono::microseconds(rate.count - 1)) / rate.count;
    const GcraState expected = std::max(state, GcraState(now));
    const GcraState allowed_from = expected - interval * (rate.count - 1);
    if (GcraState(now) < allowed_from)
        return fail(std::chrono::ceil<Milliseconds>(allowed_from));
    return expected + interval;
}

} // namespace dialproof::core
