#include "wire/smpp/send_rate.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dialproof::wire::smpp {

namespace {

constexpr double growth_a_second = 0.05, slowest = 1.0 / 16; // of the full rate
// Centres count by the second: a small bucket keeps any second close to the rate.
constexpr double burst_seconds = 0.1;
constexpr Milliseconds pause{1000};

double seconds_of(Milliseconds time) { return std::chrono::duration<double>(time).count(); }

} // namespace

SendRate::SendRate(unsigned per_second, Instant now) :
    full_(per_second), rate_(full_), burst_(std::max(1.0, full_ * burst_seconds)), tokens_(burst_),
    refilled_at_(now) {}

void SendRate::refill(Instant now) {
    if (now <= refilled_at_)
        return;
    const double seconds = seconds_of(now - refilled_at_);
    const double before = std::exchange(rate_, std::min(full_, rate_ + growth_a_second * full_ * seconds));
    tokens_ = std::min(burst_, tokens_ + seconds * (before + rate_) / 2);
    refilled_at_ = now;
}

bool SendRate::take(Instant now) {
    refill(now);
    if (now < refilled_at_ || tokens_ < 1)
        return false;
    tokens_ -= 1;
    return true;
}

Instant SendRate::next_at(Instant now) {
    refill(now);
    const double seconds = std::max(0.0, 1 - tokens_) / rate_;
    return refilled_at_ + Milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

bool SendRate::slow_down(Instant now) {
    refill(now);
    if (now < refilled_at_)
        return false;
    const bool was_full = rate_ >= full_;
    rate_ = std::max(rate_ / 2, full_ * slowest);
    tokens_ = 0;
    refilled_at_ = now + pause;
    return was_full;
}

} // namespace dialproof::wire::smpp
