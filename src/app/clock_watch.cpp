#include "app/clock_watch.h"

#include <chrono>

namespace dialproof::app {

Task<void> ClockWatch::ask() {
    auto asking = store_.database_time();
    const auto said = co_await asking;
    if (!said)
        co_return; // the store tells what is wrong
    clock_.hear(said->time, said->round_trip);
    const Milliseconds difference = clock_.difference();
    meter_.set_clock_difference(difference);
    const bool far = std::chrono::abs(difference) >= worth_telling;
    if (far && !told_)
        log_.warning("clock_differs",
                     {{"database_ahead_ms", difference.count()},
                      {"message", "the machine's clock is not the database's, which is gone by"}});
    if (!far && told_)
        log_.info("clock_agrees");
    told_ = far;
}

Task<void> ClockWatch::run() {
    while (!stopping_) {
        co_await alarm_.sleep_until(clock_.now() + interval);
        if (stopping_)
            co_return;
        auto asking = ask();
        co_await asking;
    }
}

void ClockWatch::stop() {
    stopping_ = true;
    alarm_.wake();
}

} // namespace dialproof::app
