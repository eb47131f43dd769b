// A task that may take only so long. Nothing can be taken away from a coroutine that waits for the world,
// so a late task is left to end on its own and its value is dropped; it must own all that it uses.
#pragma once

#include "base/task.h"
#include "net/event_loop.h"

#include <memory>
#include <optional>
#include <utility>

namespace dialproof::net {

namespace time_limit_detail {

template <typename T>
class Race final : public Watchdog::Watched {
public:
    void finish(T result) {
        if (late_)
            return;
        value_.emplace(std::move(result));
        Watchdog::forget(*this);
        if (waiting_)
            std::exchange(waiting_, nullptr).resume();
    }

    // What the race waits for: the value, or nothing once `limit` has passed.
    struct End {
        Race& race;
        Watchdog& watchdog;
        Milliseconds limit;

        bool await_ready() noexcept { return race.value_.has_value(); }
        void await_suspend(std::coroutine_handle<> waiting) {
            race.waiting_ = waiting;
            watchdog.watch(race, limit);
        }
        std::optional<T> await_resume() { return std::move(race.value_); }
    };

private:
    void overdue() override {
        late_ = true;
        std::exchange(waiting_, nullptr).resume();
    }

    std::optional<T> value_;
    std::coroutine_handle<> waiting_;
    bool late_ = false;
};

} // namespace time_limit_detail

// The value of `task`, or nothing when it takes longer than `limit`. The caller runs on `loop`, and so
// does the task; it must not throw.
template <typename T>
Task<std::optional<T>> finish_within(EventLoop& loop, Task<T> task, Milliseconds limit) {
    using Race = time_limit_detail::Race<T>;
    const auto race = std::make_shared<Race>();
    spawn_at_once(loop, std::move(task), [race](T value) { race->finish(std::move(value)); });
    typename Race::End end{*race, loop.watchdog(), limit};
    auto value = co_await end;
    co_return value;
}

} // namespace dialproof::net
