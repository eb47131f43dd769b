#include "core/gcra.h"

#include <algorithm>

namespace dialproof::core {

Result<GcraState, Instant> gcra_step(GcraState state, Rate rate, Instant now) {
    if (!rate.limited())
        return state;
    const std::chrono::microseconds period = rate.period;
    const auto interval = period / rate.count;
    const GcraState expected = std::max(state, GcraState(now));
    const GcraState allowed_from = expected - (period - interval);
    if (GcraState(now) < allowed_from)
        return fail(std::chrono::ceil<Milliseconds>(allowed_from));
    return expected + interval;
}

} // namespace dialproof::core
