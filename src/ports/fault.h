// The world failing, as opposed to the rules refusing.
#pragma once

#include <string_view>

namespace dialproof::ports {

enum class Fault {
    conflict,        // a version moved since it was loaded: load and decide again
    overloaded,      // a bounded queue is full: nothing was done
    unavailable,     // storage does not work now: nothing was done
    unknown_outcome, // it may have been done; load before telling anyone
};

std::string_view to_text(Fault fault);

} // namespace dialproof::ports
