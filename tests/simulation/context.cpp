#include "context.h"

#include <cstdlib>

namespace dialproof::simulation {

std::string_view to_text(Act act) {
    switch (act) {
    case Act::join:
        return "join";
    case Act::token:
        return "token";
    case Act::start:
        return "start";
    case Act::give:
        return "give";
    case Act::resend:
        return "resend";
    case Act::check:
        return "check";
    case Act::look:
        return "look";
    case Act::remove:
        return "remove";
    case Act::leave:
        return "leave";
    case Act::clear_line:
        return "clear_line";
    }
    std::abort();
}

std::string_view to_text(Outcome outcome) {
    switch (outcome) {
    case Outcome::done:
        return "done";
    case Outcome::denied:
        return "denied";
    case Outcome::already:
        return "already";
    case Outcome::taken:
        return "taken";
    case Outcome::unchanged:
        return "unchanged";
    case Outcome::nothing:
        return "nothing";
    case Outcome::too_soon:
        return "too_soon";
    case Outcome::unavailable:
        return "unavailable";
    case Outcome::lost:
        return "lost";
    case Outcome::unexpected:
        return "unexpected";
    }
    std::abort();
}

} // namespace dialproof::simulation
