// How a store says why it cannot start.
#pragma once

#include <string>

namespace dialproof::stores {

// One or two sentences: what was wrong, what was expected, what to do.
struct StoreError {
    std::string message;
};

} // namespace dialproof::stores
