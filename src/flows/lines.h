// What an operator may see and do of a line.
#pragma once

#include "base/task.h"
#include "core/line.h"
#include "flows/answer.h"
#include "flows/caller.h"
#include "flows/world.h"

#include <optional>

namespace dialproof::flows {

struct LineView {
    core::Line line;
    unsigned guesses_left;
    std::optional<Instant> send_allowed_at; // none: now
};

class Lines {
public:
    explicit Lines(World world) : world_(world) {}

    // For administrators; refused: not_permitted. A line that nobody used is one without history.
    Task<Answer<LineView>> view(Caller caller, core::PhoneNumber number);
    // Forgets the wrong guesses, so that a line that was stopped can be used again.
    Task<Answer<LineView>> clear_guesses(Caller caller, core::PhoneNumber number);

private:
    World world_;
};

} // namespace dialproof::flows
