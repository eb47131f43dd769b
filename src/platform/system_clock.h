// The time of the machine, UTC.
#pragma once

#include "ports/clock.h"

namespace dialproof::platform {

class SystemClock final : public ports::Clock {
public:
    [[nodiscard]] Instant now() const override {
        return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    }
};

} // namespace dialproof::platform
