#include "delivery/circuit_breaker.h"

#include <algorithm>

namespace dialproof::delivery {

namespace {

// A text that tries a provider and whose answer was lost with its lease does not close the way for ever.
constexpr Seconds try_max{60};

} // namespace

bool CircuitBreaker::allows(Instant now) const { return allows_at(now) <= now; }

Instant CircuitBreaker::allows_at(Instant now) const {
    Instant at = std::max(now, paused_until_.value_or(now));
    if (!rests_until_)
        return at;
    at = std::max(at, *rests_until_);
    return tried_at_ ? std::max(at, *tried_at_ + try_max) : at;
}

void CircuitBreaker::asked(Instant now) {
    if (rests_until_)
        tried_at_ = now;
}

void CircuitBreaker::answered(ports::SubmitOutcome outcome, std::optional<Seconds> retry_after, Instant now) {
    using enum ports::SubmitOutcome;
    const bool was_resting = rests_until_.has_value();
    tried_at_.reset();
    switch (outcome) {
    case accepted:
    case refused:
    case unreachable:
    case fraud:
        failures_ = rests_ = 0;
        rests_until_.reset();
        return;
    case throttled:
        paused_until_ = now + retry_after.value_or(Seconds(1));
        return;
    case misconfigured:
        ++rests_;
        return rest(now + limits_.rest_misconfigured);
    case unavailable:
    case unknown:
        break;
    }
    if (++failures_ < limits_.failures && !was_resting)
        return;
    const auto doublings = std::min(rests_++, 16U);
    rest(now + std::min(Seconds(limits_.rest_first.count() << doublings), limits_.rest_max));
}

ports::BreakerState CircuitBreaker::state(Instant now) const {
    if (!rests_until_)
        return ports::BreakerState::closed;
    return now < *rests_until_ ? ports::BreakerState::open : ports::BreakerState::half_open;
}

} // namespace dialproof::delivery
