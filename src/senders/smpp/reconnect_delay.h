// How long a link waits before it dials again: doubled from one failure to the next, and never the same for
// all links that a centre dropped at once.
#pragma once

#include "base/instant.h"
#include "ports/random.h"

namespace dialproof::senders {

class ReconnectDelay {
public:
    static constexpr Milliseconds first{1000}, most{60'000};

    // Within a fifth of what it stands at.
    Milliseconds next(ports::Random& random);
    void reset() { delay_ = first; }

private:
    Milliseconds delay_ = first;
};

} // namespace dialproof::senders
