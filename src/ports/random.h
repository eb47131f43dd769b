// Unpredictable bytes.
#pragma once

#include <span>

namespace dialproof::ports {

class Random {
public:
    virtual ~Random() = default;
    // Fills all of `bytes`; stops the process where the system has none to give. Safe from any thread.
    virtual void fill(std::span<unsigned char> bytes) = 0;
};

} // namespace dialproof::ports
