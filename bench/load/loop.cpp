#include "bench/load/loop.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

namespace dialproof::bench {

Loop::Loop() : poll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (poll_ < 0)
        std::abort();
}

Loop::~Loop() { close(poll_); }

void Loop::watch(int descriptor, std::uint32_t events, Watched& watched) {
    epoll_event event{};
    event.events = events | EPOLLET;
    event.data.ptr = &watched;
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
        std::abort();
}

void Loop::run() {
    while (!stopping_) {
        for (auto work = std::exchange(ready_, {}); const auto& each : work)
            each.resume();
        const auto now = Clock::now();
        while (!sleepers_.empty() && sleepers_.top().until <= now) {
            const auto waiting = sleepers_.top().waiting;
            sleepers_.pop();
            waiting.resume();
        }
        wait_for_descriptors();
    }
}

void Loop::wait_for_descriptors() {
    std::chrono::nanoseconds time = std::chrono::seconds(1);
    if (!sleepers_.empty())
        time = std::clamp<std::chrono::nanoseconds>(sleepers_.top().until - Clock::now(),
                                                    std::chrono::nanoseconds(0), time);
    if (!ready_.empty() || stopping_)
        time = std::chrono::nanoseconds(0);
    const timespec limit{0, time.count() % 1'000'000'000};
    const timespec second{1, 0};
    std::array<epoll_event, 256> events{};
    const int count = epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()),
                                   time >= std::chrono::seconds(1) ? &second : &limit, nullptr);
    for (int i = 0; i < count; ++i) {
        const auto& event = events.at(static_cast<std::size_t>(i));
        static_cast<Watched*>(event.data.ptr)->ready(event.events);
    }
}

} // namespace dialproof::bench
