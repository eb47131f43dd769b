// How fast a link sends: a token bucket that yields when the centre says that it is too much. Each such word
// halves the rate and pauses for a second; from then on it grows back by a twentieth of the full rate a
// second. A centre that tells how busy it is has us yield before: by a tenth a second while it nears
// congestion.
#pragma once

#include "base/instant.h"

namespace dialproof::wire::smpp {

class SendRate {
public:
    // `per_second` is at least 1.
    SendRate(unsigned per_second, Instant now);

    // Whether one more may go now; then it has gone.
    bool take(Instant now);
    // The moment from which `take` says yes, `now` at the earliest.
    [[nodiscard]] Instant next_at(Instant now);
    // The centre said that it was too much. During the pause it does nothing: the messages of one window were
    // all on their way before the first such answer. Whether it was at its full rate.
    bool slow_down(Instant now);
    // The centre is so congested, 0 to 100 (SMPP 5.0 section 4.8.4.18): from 90 on it nears congestion, and
    // 100 is as good as too much. Whether it yields from its full rate.
    bool congested(unsigned state, Instant now);

    [[nodiscard]] double per_second() const { return rate_; }

private:
    void refill(Instant now);
    bool lower_to(double part);

    double full_, rate_, burst_, tokens_;
    Instant refilled_at_; // in the future during a pause
    Instant grows_from_;  // in the future where it has just yielded to congestion
};

} // namespace dialproof::wire::smpp
