// Asks a shared database for its time twice a minute, and tells those who run the server how far the
// machine's is from it: a metric, and a line in the log when they come apart and when they agree again.
#pragma once

#include "app/database_clock.h"
#include "base/task.h"
#include "platform/prometheus_meter.h"
#include "ports/log.h"
#include "stores/postgres/postgres_store.h"

#include <atomic>

namespace dialproof::app {

class ClockWatch {
public:
    static constexpr Seconds interval{30};
    // From here on somebody should look after the machine.
    static constexpr Milliseconds worth_telling{1000};

    ClockWatch(stores::PostgresStore& store, DatabaseClock& clock, ports::Alarm& alarm,
               platform::PrometheusMeter& meter, ports::Log& log) :
        store_(store),
        clock_(clock), alarm_(alarm), meter_(meter), log_(log) {}

    Task<void> ask();
    // Until `stop`.
    Task<void> run();
    // Safe from any thread.
    void stop();

private:
    stores::PostgresStore& store_;
    DatabaseClock& clock_;
    ports::Alarm& alarm_;
    platform::PrometheusMeter& meter_;
    ports::Log& log_;
    bool told_ = false;
    std::atomic<bool> stopping_ = false;
};

} // namespace dialproof::app
