#include "app/database_clock.h"

#include <chrono>

namespace dialproof::app {

// It was right somewhere within the round trip, most likely in the middle (RFC 5905 section 8).
void DatabaseClock::hear(Instant time, Milliseconds round_trip) {
    if (round_trip > round_trip_max)
        return;
    const Milliseconds heard = time + round_trip / 2 - machine_.now();
    if (std::chrono::abs(heard - difference()) > round_trip / 2 + tolerance)
        ahead_ = heard.count();
}

} // namespace dialproof::app
