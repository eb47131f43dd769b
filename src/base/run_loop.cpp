#include "base/run_loop.h"

namespace dialproof {

void RunLoop::post(std::coroutine_handle<> work) {
    // Notified under the lock: the loop may be gone as soon as it has seen the work.
    const std::lock_guard lock(mutex_);
    ready_.push_back(work);
    work_arrived_.notify_one();
}

void RunLoop::run_until_idle() {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (ready_.empty())
            return;
        const auto work = ready_.front();
        ready_.pop_front();
        lock.unlock();
        work.resume();
    }
}

void RunLoop::run_one() {
    std::unique_lock lock(mutex_);
    work_arrived_.wait(lock, [this] { return !ready_.empty(); });
    const auto work = ready_.front();
    ready_.pop_front();
    lock.unlock();
    work.resume();
}

} // namespace dialproof
