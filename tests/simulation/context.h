// On whose behalf something runs. Whatever waits keeps its context, so that the model knows for which
// request a row was loaded, a code derived and an event committed.
#pragma once

#include "base/instant.h"
#include "ports/store.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::simulation {

// What was seen while it was served.
struct Seen {
    // Its latest load.
    std::uint64_t loaded_at = 0; // the step
    Instant loaded_when;
    // The verifications whose code was derived since then: a guess was judged, or a code handed out.
    std::vector<std::string> derived;
    std::vector<ports::EventRecord> events; // committed
};

struct Context {
    unsigned id = 0;
    unsigned life = 0; // of the server, that this ends with; 0: it outlives them all
    std::string_view name;
    std::uint64_t priority = 0;
    struct Exchange* exchange = nullptr; // where it is a request
    Seen seen;
};

// What a request asks for.
enum class Act { join, token, start, give, resend, check, look, remove, leave, clear_line };

std::string_view to_text(Act act);

struct Intent {
    Act act = Act::look;
    std::string number;      // E.164, where the request names one
    std::string user;        // likewise
    std::string guess;       // likewise
    bool idempotent = false; // asking for what is there already is no refusal, and does nothing
    std::string caller;      // the address that its limits are counted on; empty where they are not
};

// What the answer says, whatever the dialect's words for it.
enum class Outcome {
    done,
    denied,      // a guess: wrong, too late, no more allowed, or nothing to guess
    already,     // a guess: right, but it was used
    taken,       // the number is another user's
    unchanged,   // the number is the user's already
    nothing,     // nothing is pending, or no phone is there
    too_soon,    // come again
    unavailable, // the server cannot do it now
    lost,        // no answer came
    unexpected,
};

std::string_view to_text(Outcome outcome);

struct Reply {
    Outcome outcome = Outcome::unexpected;
    Seconds wait{0};       // where the server named a time
    std::string text;      // a token or id, where the answer has one
    std::string code;      // likewise
    bool verified = false; // the number: of a look the one in `text`, of a start the one that was started
};

struct Exchange {
    Context context;
    Intent intent;
};

} // namespace dialproof::simulation
