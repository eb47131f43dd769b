// Random bytes of the kernel: getrandom(2), which waits until the system has gathered enough at boot. For a
// process that does not fork: its child would have the same bytes in advance.
#pragma once

#include "ports/random.h"

namespace dialproof::platform {

class SystemRandom final : public ports::Random {
public:
    void fill(std::span<unsigned char> bytes) override;
};

} // namespace dialproof::platform
