// Whether a provider is asked: one that fails again and again rests for a while, then one text tries it.
#pragma once

#include "base/instant.h"
#include "ports/provider_health.h"
#include "ports/submit_outcome.h"

#include <optional>

namespace dialproof::delivery {

struct BreakerLimits {
    unsigned failures = 5; // in a row, after which it rests ...
    Seconds rest_first{5}; // ... for so long, doubled each time the text that tries it fails as well
    Seconds rest_max{60};
    Seconds rest_misconfigured{60}; // after one such answer
};

class CircuitBreaker {
public:
    explicit CircuitBreaker(BreakerLimits limits = {}) : limits_(limits) {}

    // Closed: any number of texts. Half open: the one that tries it.
    [[nodiscard]] bool allows(Instant now) const;
    // From when on `allows` may be true, where nothing else happens. `now` where it is.
    [[nodiscard]] Instant allows_at(Instant now) const;

    void asked(Instant now);
    // `retry_after`: of an answer that throttles.
    void answered(ports::SubmitOutcome outcome, std::optional<Seconds> retry_after, Instant now);

    [[nodiscard]] ports::BreakerState state(Instant now) const;

private:
    void rest(Instant until) { rests_until_ = until; }

    BreakerLimits limits_;
    unsigned failures_ = 0; // in a row
    unsigned rests_ = 0;    // in a row
    std::optional<Instant> rests_until_;
    std::optional<Instant> tried_at_; // since it rested; by a text whose answer is still to come
    std::optional<Instant> paused_until_;
};

} // namespace dialproof::delivery
