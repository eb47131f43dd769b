// How many frames of HTTP/2 that lead to nothing a client may send: empty DATA, PING, SETTINGS, PRIORITY,
// WINDOW_UPDATE, requests that it takes back, frames that nobody knows. Each costs it one, and what it has
// of us and the time that passes give some back: an honest client never comes near the end.
#pragma once

#include <algorithm>
#include <chrono>

namespace dialproof::net {

class Http2Patience {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr int most = 1000;
    static constexpr int for_an_answer = 10, for_a_data_frame = 4, for_a_second = 10;

    explicit Http2Patience(Clock::time_point now) : last_second_(now) {}

    // False once none is left.
    bool take() { return left_ > 0 && --left_ > 0; }
    void give(int count) { left_ = std::min(most, left_ + count); }
    void pass(Clock::time_point now) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now - last_second_);
        if (seconds.count() <= 0)
            return;
        last_second_ += seconds;
        give(static_cast<int>(std::min<std::chrono::seconds::rep>(seconds.count(), most)) * for_a_second);
    }

private:
    int left_ = most;
    Clock::time_point last_second_;
};

} // namespace dialproof::net
