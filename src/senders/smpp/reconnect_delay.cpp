#include "senders/smpp/reconnect_delay.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dialproof::senders {

Milliseconds ReconnectDelay::next(ports::Random& random) {
    constexpr std::int64_t jitter_parts = 5, octet_max = 255;
    std::array<unsigned char, 1> octet{};
    random.fill(octet);
    const Milliseconds now = std::exchange(delay_, std::min(most, delay_ * 2));
    const auto jitter = now.count() / jitter_parts;
    return now + Milliseconds(2 * jitter * octet[0] / octet_max - jitter);
}

} // namespace dialproof::senders
