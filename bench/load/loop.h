// One thread that runs coroutines, waits for descriptors, and wakes sleepers in time.
#pragma once

#include "base/task.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

namespace dialproof::bench {

using Clock = std::chrono::steady_clock;

class Loop final : public Executor {
public:
    // Something with a descriptor; told, edge-triggered, what epoll says of it.
    class Watched {
    public:
        virtual void ready(std::uint32_t events) = 0;

    protected:
        ~Watched() = default;
    };

    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    // Of this thread alone: nothing here has another one.
    void post(std::coroutine_handle<> work) override { ready_.push_back(work); }

    // Until the descriptor is closed.
    void watch(int descriptor, std::uint32_t events, Watched& watched);

    struct Sleep {
        Loop& loop;
        Clock::time_point until;
        bool await_ready() const { return Clock::now() >= until; }
        void await_suspend(std::coroutine_handle<> waiting) { loop.sleepers_.push({until, waiting}); }
        void await_resume() const {}
    };
    Sleep sleep_until(Clock::time_point until) { return {*this, until}; }

    // Until `stop`.
    void run();
    void stop() { stopping_ = true; }

private:
    struct Sleeper {
        Clock::time_point until;
        std::coroutine_handle<> waiting;
        bool operator<(const Sleeper& other) const { return until > other.until; } // the soonest on top
    };

    void wait_for_descriptors();

    int poll_;
    std::deque<std::coroutine_handle<>> ready_;
    std::priority_queue<Sleeper> sleepers_;
    bool stopping_ = false;
};

} // namespace dialproof::bench
