// Plays a transcript against a world of its own.
#pragma once

#include "world.h"

#include <string>

namespace dialproof::contracts {

// Each difference is a failure of the running test, at its line of the file.
void play(const std::string& file, StoreKind store);

} // namespace dialproof::contracts
