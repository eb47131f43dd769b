// One run: a seed draws the rules, the people, the weather and the order of everything.
#pragma once

#include "trace.h"

#include <cstdint>
#include <deque>
#include <string>

namespace dialproof::simulation {

struct Story {
    std::string broken; // the invariant that did not hold; empty: all did
    std::uint64_t steps = 0;
    std::uint64_t hash = 0; // equal for equal stories
    std::deque<std::string> lines;
    // What it saw, so that a run that sees too little can be told.
    std::uint64_t requests = 0, crashes = 0, approvals = 0, days = 0;
};

Story play(std::uint64_t seed, Trace::Keep keep);

} // namespace dialproof::simulation
