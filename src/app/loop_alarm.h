// Waiting on an event loop, and the alarm port there: it sleeps real time for what the clock says is left.
#pragma once

#include "net/event_loop.h"
#include "ports/clock.h"

#include <algorithm>

namespace dialproof::app {

inline Task<void> pause(net::EventLoop& loop, Milliseconds time) {
    net::Timer timer(loop);
    auto waiting = timer.wait(time);
    co_await waiting;
}

class LoopAlarm final : public ports::Alarm {
public:
    LoopAlarm(net::EventLoop& loop, const ports::Clock& clock) : timer_(loop), clock_(clock) {}

    Task<void> sleep_until(Instant when) override {
        return timer_.wait(std::max(when - clock_.now(), Milliseconds{0}));
    }
    void wake() override { timer_.cancel(); }

private:
    net::Timer timer_;
    const ports::Clock& clock_;
};

} // namespace dialproof::app
