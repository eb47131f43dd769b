// The clock of the dev mode: the real one, moved forward by hand. All that looks at it moves along:
// expiry, gaps, limits, leases, tokens.
#pragma once

#include "ports/clock.h"

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

namespace dialproof::dev {

class ShiftedClock final : public ports::Clock {
public:
    // In all. A time has four digits for its year.
    static constexpr Seconds shift_max{100L * 366 * 86400};

    explicit ShiftedClock(const ports::Clock& real) : real_(real) {}

    [[nodiscard]] Instant now() const override { return real_.now() + Milliseconds(shift_.load()); }

    // Called after each advance. To be set up before the clock is shared.
    void on_advance(std::function<void()> listener) { listeners_.push_back(std::move(listener)); }

    // Safe from any thread. Answers the time that it is then; nothing, and does nothing, where the clock
    // would be further ahead than `shift_max`.
    std::optional<Instant> advance(Seconds by) {
        auto shift = shift_.load();
        do {
            if (by > shift_max - Milliseconds(shift))
                return {};
        } while (!shift_.compare_exchange_weak(shift, shift + Milliseconds(by).count()));
        for (const auto& listener : listeners_)
            listener();
        return now();
    }

private:
    const ports::Clock& real_;
    std::atomic<Milliseconds::rep> shift_{0};
    std::vector<std::function<void()>> listeners_;
};

} // namespace dialproof::dev
