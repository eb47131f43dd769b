// The generic cell rate algorithm (ITU-T I.371): `rate.count` events in a burst, then one each
// period/count. Its whole state is one moment, so a limiter is one small row in the store.
#pragma once

#include "base/instant.h"
#include "base/result.h"

namespace dialproof::core {

// At most `count` events in a burst, refilled evenly over `period`. A count of 0 is no limit.
struct Rate {
    unsigned count = 0;
    Seconds period{0};

    [[nodiscard]] bool limited() const { return count > 0; }
    friend bool operator==(const Rate&, const Rate&) = default;
};

// The theoretical arrival time of the next event.
using GcraState = std::chrono::sys_time<std::chrono::microseconds>;

// The state after one event at `now`, or the moment from which it conforms.
Result<GcraState, Instant> gcra_step(GcraState state, Rate rate, Instant now);

} // namespace dialproof::core
