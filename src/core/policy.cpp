#include "core/policy.h"

namespace dialproof::core {

std::optional<Refused> check_number(const NumberFacts& facts, const Policy& policy) {
    const bool country_open = policy.countries.contains("*") || policy.countries.contains(facts.region);
    if (!country_open || policy.types_refused.contains(facts.type))
        return Refused{Reason::number_not_allowed, {}, {}};
    return {};
}

} // namespace dialproof::core
