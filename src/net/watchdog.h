// Deadlines of one event loop, for things that are many and rarely late: moving a deadline is two writes,
// and no timer is touched unless the new one is the earliest of all. They are noticed up to
// `slack` late. Used on the loop's thread only.
#pragma once

#include "base/instant.h"

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace dialproof::net {

class Watchdog {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr Milliseconds slack{25};

    // Something with a deadline. It is forgotten when it dies.
    class Watched {
    public:
        Watched() = default;
        Watched(const Watched&) = delete;
        Watched& operator=(const Watched&) = delete;

        virtual ~Watched() { unlink(); }

    protected:
        // The deadline has passed. Called once; it may watch anew, or destroy this.
        virtual void overdue() = 0;

    private:
        friend class Watchdog;
        void unlink();
        void link_before(Watched& other);

        Watched* before_ = this;
        Watched* after_ = this;
        Clock::time_point deadline_;
    };

    explicit Watchdog(boost::asio::io_context& context);
    ~Watchdog();

    // Sets its deadline, or moves it.
    void watch(Watched& watched, Milliseconds within);
    static void forget(Watched& watched) { watched.unlink(); }

private:
    struct End final : Watched {
        void overdue() override {}
    };
    struct Timer;

    void arm(Clock::time_point at);
    void sweep();

    End watched_; // a ring: whoever has a deadline
    Clock::time_point armed_ = Clock::time_point::max();
    std::unique_ptr<Timer> timer_;
};

} // namespace dialproof::net
