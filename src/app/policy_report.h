// What `dialproof policy` prints: what each service lets a stranger try, in numbers.
#pragma once

#include "app/config.h"

#include <string>

namespace dialproof::app {

std::string policy_report(const core::Rules& rules);

} // namespace dialproof::app
