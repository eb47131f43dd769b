// An executor for one thread that waits: for command line tools and tests.
#pragma once

#include "base/task.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace dialproof {

class RunLoop final : public Executor {
public:
    void post(std::coroutine_handle<> work) override;

    // Runs what is ready now, on this thread; returns when nothing is.
    void run_until_idle();

    // Runs `task` to its end on this thread, waiting for other threads where it must.
    template <typename T>
    T wait_for(Task<T> task) {
        if constexpr (std::is_void_v<T>) {
            bool done = false;
            spawn(*this, std::move(task), [&done] { done = true; });
            while (!done)
                run_one();
        } else {
            std::optional<T> result;
            spawn(*this, std::move(task), [&result](T value) { result.emplace(std::move(value)); });
            while (!result)
                run_one();
            return std::move(*result);
        }
    }

private:
    void run_one();

    std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::deque<std::coroutine_handle<>> ready_;
};

} // namespace dialproof
