// The timeline of a verification, as JSON.
#pragma once

#include "flows/timeline.h"

#include <string>

namespace dialproof::admin {

// {"id","number","status","expires_at","left_out","steps":[{"at","what","why",…}]}; a step's details are
// members of it, and what says nothing is left out.
std::string timeline_json(const flows::Timeline& timeline);

} // namespace dialproof::admin
