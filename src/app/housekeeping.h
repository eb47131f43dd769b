// Prunes what the retention has let go, once an hour.
#pragma once

#include "base/task.h"
#include "ports/clock.h"
#include "ports/log.h"
#include "ports/store.h"

#include <atomic>

namespace dialproof::app {

class Housekeeping {
public:
    static constexpr Seconds interval{3600};

    Housekeeping(ports::Store& store, const ports::Clock& clock, ports::Alarm& alarm, ports::Log& log,
                 unsigned retention_days) :
        store_(store),
        clock_(clock), alarm_(alarm), log_(log), retention_days_(retention_days) {}

    // Until `stop`.
    Task<void> run();
    // Safe from any thread.
    void stop();

private:
    ports::Store& store_;
    const ports::Clock& clock_;
    ports::Alarm& alarm_;
    ports::Log& log_;
    unsigned retention_days_;
    std::atomic<bool> stopping_ = false;
};

// What is older than that many days goes.
ports::Retention retention(unsigned days, Instant now);

} // namespace dialproof::app
