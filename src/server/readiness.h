// Whether the server is ready, asked as seldom as may be: to ask the store costs a commit, and anybody may
// ask us.
#pragma once

#include "base/instant.h"
#include "base/task.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace dialproof::server {

class Readiness {
public:
    using Clock = std::chrono::steady_clock;

    // `ask` is called on the executor of whoever finds no answer; an answer is good for `good_for`.
    Readiness(std::function<Task<bool>()> ask, Milliseconds good_for,
              std::function<Clock::time_point()> now = Clock::now) :
        ask_(std::move(ask)),
        good_for_(good_for), now_(std::move(now)) {}

    // The last answer, or that of the question under way, or a new one. Any thread; lives until it has
    // answered.
    Task<bool> ready();

private:
    void answered(bool ready);

    const std::function<Task<bool>()> ask_;
    const Milliseconds good_for_;
    const std::function<Clock::time_point()> now_;

    std::mutex mutex_;
    bool asking_ = false;
    bool last_ = false;
    std::optional<Clock::time_point> answered_at_;
    std::vector<Completer<std::optional<bool>>> waiting_;
};

} // namespace dialproof::server
