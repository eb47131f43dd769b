// The machine's time, put right by the database's where several servers share one: then all decide by the
// same time, however far apart the clocks of their machines are.
#pragma once

#include "ports/clock.h"

#include <atomic>

namespace dialproof::app {

class DatabaseClock final : public ports::Clock {
public:
    // A smaller difference is left to NTP: the clock should not tremble.
    static constexpr Milliseconds tolerance{50};
    // An answer that took longer says too little.
    static constexpr Milliseconds round_trip_max{1000};

    explicit DatabaseClock(const ports::Clock& machine) : machine_(machine) {}

    [[nodiscard]] Instant now() const override { return machine_.now() + Milliseconds(ahead_.load()); }

    // The database said `time` some while before now, but no longer ago than `round_trip`.
    void hear(Instant time, Milliseconds round_trip);

    // How far the database's time is ahead of the machine's, as far as it is known.
    [[nodiscard]] Milliseconds difference() const { return Milliseconds(ahead_.load()); }

private:
    const ports::Clock& machine_;
    std::atomic<Milliseconds::rep> ahead_{0};
};

} // namespace dialproof::app
