// The limiters that all callers share, by name. They are stepped by the store, inside the commit.
#pragma once

#include "core/policy.h"
#include "core/refusal.h"
#include "flows/caller.h"
#include "flows/draft.h"

#include <string>
#include <string_view>

namespace dialproof::flows {

// IPv4 as it is, IPv6 as its /64 ("2001:db8:1:2::/64"): whoever has one address there has them all.
std::string network_of(std::string_view address);

// One send for this caller, country and service.
void charge_send(Draft& draft, const Caller& caller, const std::string& region, const core::Policy& policy);

// One guess for this caller.
void charge_check(Draft& draft, const Caller& caller, const core::Policy& policy);

// What a caller is told when that limiter is full.
core::Reason reason_of_limiter(std::string_view limiter);

} // namespace dialproof::flows
