// How the providers are doing, as JSON.
#pragma once

#include "ports/provider_health.h"

#include <string>
#include <vector>

namespace dialproof::admin {

// {"providers":[{"name","breaker","rests_until","in_flight","outcomes","receipts","accepted_at","error",
// "error_at"}]}; members that say nothing are left out.
std::string health_json(const std::vector<ports::ProviderHealth>& providers);

} // namespace dialproof::admin
