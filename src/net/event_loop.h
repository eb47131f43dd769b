// Event loops: one thread each, on which coroutines run and sockets and timers report. A program has one
// per core; what belongs to one connection stays on one loop, so it needs no lock.
#pragma once

#include "base/instant.h"
#include "base/task.h"
#include "net/watchdog.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace dialproof::net {

class EventLoop final : public Executor {
public:
    explicit EventLoop(std::size_t index = 0);
    ~EventLoop();

    // Any thread. `work` runs later, on the loop's thread.
    void post(std::coroutine_handle<> work) override;
    void call(std::function<void()> work);

    // Runs `action` on the loop each time the process gets that signal, instead of what the signal does
    // by itself. SIGTERM, SIGINT, SIGHUP.
    void on_signal(int signal, std::function<void()> action);

    // Runs on the calling thread until `stop`. What still waits then never goes on.
    void run();
    // Any thread.
    void stop();

    [[nodiscard]] std::size_t index() const { return index_; } // among its EventLoops
    Watchdog& watchdog();                                      // on the loop's thread only
    boost::asio::io_context& context();                        // for those who bring Asio's sockets

private:
    struct Impl;
    std::size_t index_;
    std::unique_ptr<Impl> impl_;
};

class EventLoops {
public:
    // One per core that this process may use.
    EventLoops() : EventLoops(cores()) {}
    explicit EventLoops(std::size_t count);
    // Stops and joins.
    ~EventLoops();

    // Each on a thread of its own.
    void start();
    // Any thread; also from a loop.
    void stop();
    // Returns once all have stopped. Not from a loop.
    void join();

    [[nodiscard]] std::size_t size() const { return loops_.size(); }
    EventLoop& operator[](std::size_t index) { return *loops_[index]; }

    static std::size_t cores();

private:
    struct Threads;
    std::vector<std::unique_ptr<EventLoop>> loops_;
    std::unique_ptr<Threads> threads_;
};

// A wait that can be ended early. One waits at a time.
class Timer {
public:
    explicit Timer(EventLoop& loop);
    // Ends a wait that is under way.
    ~Timer();

    // Returns after `time`, never early, or after a `cancel`. The one who waits may run on any executor.
    Task<void> wait(Milliseconds time);
    // Any thread. Where nobody waits it ends the next wait at once, so that none is lost.
    void cancel();

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace dialproof::net
