#include "server/readiness.h"

#include <utility>

namespace dialproof::server {

Task<bool> Readiness::ready() {
    // Gives the answer, or nothing to the one who has to ask.
    auto waiting = suspend_until<std::optional<bool>>([this](Completer<std::optional<bool>> done) {
        std::unique_lock lock(mutex_);
        const bool fresh = answered_at_ && now_() - *answered_at_ < good_for_;
        if (asking_ && !fresh) {
            waiting_.push_back(done);
            return;
        }
        const std::optional<bool> answer = fresh ? std::optional(last_) : std::nullopt;
        asking_ = asking_ || !fresh;
        lock.unlock();
        done(answer);
    });
    const std::optional<bool> answer = co_await waiting;
    if (answer)
        co_return *answer;
    auto asking = ask_();
    const bool is_ready = co_await asking;
    answered(is_ready);
    co_return is_ready;
}

void Readiness::answered(bool ready) {
    std::unique_lock lock(mutex_);
    asking_ = false;
    last_ = ready;
    answered_at_ = now_();
    const auto waiting = std::exchange(waiting_, {});
    lock.unlock();
    for (const auto& done : waiting)
        done(ready);
}

} // namespace dialproof::server
