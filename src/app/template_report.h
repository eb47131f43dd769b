// What `dialproof templates lint` prints: each text's encoding, length and price, and which phones fill in
// its code.
#pragma once

#include "core/rules.h"

#include <string>

namespace dialproof::app {

struct TemplatesReport {
    std::string text;
    std::size_t too_long = 0; // texts that take more short messages than their service allows
};

TemplatesReport template_report(const core::Rules& rules);

} // namespace dialproof::app
