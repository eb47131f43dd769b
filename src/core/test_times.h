// Moments for random histories: bursts within one millisecond, steps to just before, at and just after
// the usual limits, and long pauses.
#pragma once

#include "base/instant.h"

#include <rapidcheck.h>

#include <vector>

namespace dialproof::core {

inline constexpr Instant start{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};

inline rc::Gen<Milliseconds> some_pause() {
    const auto near_limit = rc::gen::apply(
        [](int seconds, int milliseconds) { return Milliseconds(seconds * 1000 + milliseconds); },
        rc::gen::element(1, 60, 120, 300, 600, 900, 3600, 7200, 86400), rc::gen::element(-1, 0, 1));
    const auto any = rc::gen::map(rc::gen::inRange(0, 200'000), [](int ms) { return Milliseconds(ms); });
    return rc::gen::weightedOneOf<Milliseconds>(
        {{4, rc::gen::just(Milliseconds(0))}, {4, near_limit}, {3, any}});
}

// At most `most`, in order, the first one at `start` or later.
inline rc::Gen<std::vector<Instant>> some_instants(std::size_t most) {
    const auto pauses = rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, most + 1), [](std::size_t count) {
        return rc::gen::container<std::vector<Milliseconds>>(count, some_pause());
    });
    return rc::gen::map(pauses, [](const std::vector<Milliseconds>& steps) {
        std::vector<Instant> instants;
        Instant now = start;
        for (const Milliseconds step : steps)
            instants.push_back(now += step);
        return instants;
    });
}

} // namespace dialproof::core
