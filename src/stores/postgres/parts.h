// How a group of jobs that cannot be done together comes apart, and how long it may take.
#pragma once

#include "stores/postgres/pool.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>

namespace dialproof::stores::postgres {

template <typename Jobs>
Pool::TimePoint latest(const Jobs& jobs) {
    auto until = Pool::TimePoint::min();
    for (const auto* job : jobs)
        until = std::max(until, job->give_up_at);
    return until;
}

// Those whose time is over; they are no longer among `jobs`.
template <typename Jobs>
Jobs take_late(Jobs& jobs) {
    const auto now = std::chrono::steady_clock::now();
    const auto first = std::stable_partition(jobs.begin(), jobs.end(),
                                             [now](const auto* job) { return now < job->give_up_at; });
    Jobs late(first, jobs.end());
    jobs.erase(first, jobs.end());
    return late;
}

// Behind all other parts: what is wrong with one half holds up only what it must.
template <typename Jobs>
void add_halves(std::deque<Jobs>& parts, const Jobs& part) {
    const auto half = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
    parts.emplace_back(part.begin(), half);
    parts.emplace_back(half, part.end());
}

} // namespace dialproof::stores::postgres
