// How much goes wrong, in thousandths. Drawn once for a run, so that some runs have one kind of trouble and
// some have all; calm at the end.
#pragma once

#include "draws.h"

namespace dialproof::simulation {

struct Weather {
    unsigned fails_before = 0;  // the store refuses a call before it did anything
    unsigned fails_after = 0;   // it did it, and the answer says that nobody knows
    unsigned conflicts = 0;     // out of the blue
    unsigned overloads = 0;     // a queue was full
    unsigned slow = 0;          // a call takes its time, before or after it did its work
    unsigned requests_lost = 0; // on the way to the server, or the answer on the way back
    unsigned crashes = 0;       // in a million steps
    bool calm = false;

    static Weather drawn(Draws& draws) {
        const auto some = [&] { return draws.one_of(std::vector<unsigned>{0, 0, 2, 10, 40, 120}); };
        Weather weather;
        weather.fails_before = some();
        weather.fails_after = some();
        weather.conflicts = some();
        weather.overloads = some() / 2;
        weather.slow = some();
        weather.requests_lost = some();
        weather.crashes = draws.one_of(std::vector<unsigned>{0, 100, 500, 2000, 10000});
        return weather;
    }
    static Weather fair() {
        Weather weather;
        weather.calm = true;
        return weather;
    }
};

} // namespace dialproof::simulation
