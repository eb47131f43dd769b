// The alarm port on an event loop: sleeps real time for what the clock says is left.
#pragma once

#include "net/event_loop.h"
#include "ports/clock.h"

#include <algorithm>

namespace dialproof::app {

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
