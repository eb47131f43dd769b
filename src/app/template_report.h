// What `dialproof templates lint` prints: each text's encoding, length and price, and which phones fill in
// its code.
#pragma once

#include "app/provider_settings.h"
#include "core/rules.h"

#include <cstddef>
#include <map>
#include <string>

namespace dialproof::app {

struct TemplatesReport {
    std::string text;
    std::size_t too_long = 0; // texts that take more short messages than their service allows
};

TemplatesReport template_report(const core::Rules& rules,
                                const std::map<std::string, ProviderSettings>& providers);

} // namespace dialproof::app
