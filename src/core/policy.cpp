#include "core/policy.h"

namespace dialproof::core {

Policy on_terms(Policy policy, const DialectTerms& terms) {
    if (terms.code_length)
        policy.code = CodeShape{*terms.code_length, CodeAlphabet::digits};
    policy.code_lifetime = terms.code_lifetime.value_or(policy.code_lifetime);
    policy.guesses = terms.guesses.value_or(policy.guesses);
    if (terms.send_gap)
        policy.send_gap = terms.send_gap;
    return policy;
}

std::optional<Refused> check_number(const NumberFacts& facts, const Policy& policy) {
    const bool country_open = policy.countries.contains("*") || policy.countries.contains(facts.region);
    if (!country_open || policy.types_refused.contains(facts.type))
        return Refused{Reason::number_not_allowed, {}, {}};
    return {};
}

} // namespace dialproof::core
