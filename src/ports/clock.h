// Time, as something that is handed in.
#pragma once

#include "base/instant.h"
#include "base/task.h"

namespace dialproof::ports {

class Clock {
public:
    virtual ~Clock() = default;
    // Safe from any thread.
    [[nodiscard]] virtual Instant now() const = 0;
};

// Waiting. `wake` ends all waits of this alarm early: the sleeper looks again at what there is to do.
class Alarm {
public:
    virtual ~Alarm() = default;
    // Returns at `when` by the clock, or earlier after a `wake`. A `wake` that comes before the sleep
    // ends the next sleep at once, so none is lost.
    virtual Task<void> sleep_until(Instant when) = 0;
    // Safe from any thread.
    virtual void wake() = 0;
};

} // namespace dialproof::ports
