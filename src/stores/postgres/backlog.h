// How much is waiting or under way, and the bound of that. Any thread.
#pragma once

#include <atomic>
#include <cstddef>

namespace dialproof::stores::postgres {

class Backlog {
public:
    explicit Backlog(std::size_t max) : max_(max) {}

    // False: there is no room.
    [[nodiscard]] bool enter() {
        if (size_.fetch_add(1) < max_)
            return true;
        leave();
        return false;
    }
    void leave() {
        if (size_.fetch_sub(1) == 1)
            size_.notify_all();
    }
    void wait_until_empty() const {
        for (std::size_t size = size_; size != 0; size = size_)
            size_.wait(size);
    }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    const std::size_t max_;
    std::atomic<std::size_t> size_{0};
};

} // namespace dialproof::stores::postgres
