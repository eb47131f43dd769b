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
constexpr double after_too_much = 0.5, near_congestion = 0.9; // of the rate before
constexpr unsigned congestion_near = 90, congestion_full = 100;

double seconds_of(Milliseconds time) { return std::chrono::duration<double>(time).count(); }

} // namespace

SendRate::SendRate(unsigned per_second, Instant now) :
    full_(per_second), rate_(full_), burst_(std::max(1.0, full_ * burst_seconds)), tokens_(burst_),
    refilled_at_(now), grows_from_(now) {}

void SendRate::refill(Instant now) {
    if (now <= refilled_at_)
        return;
    const double seconds = seconds_of(now - refilled_at_);
    const double growing = std::max(0.0, seconds_of(now - std::max(refilled_at_, grows_from_)));
    const double before = std::exchange(rate_, std::min(full_, rate_ + growth_a_second * full_ * growing));
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
    tokens_ = 0;
    refilled_at_ = now + pause;
    return lower_to(after_too_much);
}

// The answers of one window all say the same: one of them a second counts.
bool SendRate::congested(unsigned state, Instant now) {
    if (state >= congestion_full)
        return slow_down(now);
    refill(now);
    if (state < congestion_near || now < refilled_at_ || now < grows_from_)
        return false;
    grows_from_ = now + pause;
    return lower_to(near_congestion);
}

bool SendRate::lower_to(double part) {
    const bool was_full = rate_ >= full_;
    rate_ = std::max(rate_ * part, full_ * slowest);
    return was_full;
}

} // namespace dialproof::wire::smpp
