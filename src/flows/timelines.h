// What an operator may see of a verification.
#pragma once

#include "base/task.h"
#include "flows/answer.h"
#include "flows/caller.h"
#include "flows/timeline.h"
#include "flows/world.h"

#include <optional>

namespace dialproof::flows {

class Timelines {
public:
    explicit Timelines(World world) : world_(world) {}

    // For administrators; refused: not_permitted. Nothing where there is no such verification. It is read in
    // several steps, so what happens meanwhile may stand in some of it.
    Task<Answer<std::optional<Timeline>>> view(Caller caller, core::VerificationId verification);

private:
    World world_;
};

} // namespace dialproof::flows
