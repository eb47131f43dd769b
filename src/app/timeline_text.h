// What `dialproof explain` prints of one verification: a head line, and each step with its reason below.
#pragma once

#include "flows/timeline.h"

#include <string>

namespace dialproof::app {

std::string timeline_text(const flows::Timeline& timeline);

} // namespace dialproof::app
