// The configured numbers, as one value that a reload replaces whole: a use case takes it once and sees
// no mixture.
#pragma once

#include "core/policy.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace dialproof::core {

struct Rules {
    std::map<ServiceName, Policy> services;
    std::map<std::string, DialectTerms, std::less<>> dialects; // by the dialect's name
    LinePolicy line;
    TestNumbers test_numbers;
    bool limit_loopback_callers = true; // the dev mode does not count calls from the same machine

    // Null where there is no such service.
    [[nodiscard]] const Policy* service(const ServiceName& name) const {
        const auto found = services.find(name);
        return found == services.end() ? nullptr : &found->second;
    }
    // The service's policy on the terms of a dialect, once `derive` was called: what holds for the
    // verifications that were started through that dialect.
    [[nodiscard]] const Policy* policy(const ServiceName& name, std::string_view dialect) const {
        const auto terms = derived.find(dialect);
        if (terms == derived.end())
            return service(name);
        const auto found = terms->second.find(name);
        return found == terms->second.end() ? nullptr : &found->second;
    }
    void derive() {
        derived.clear();
        for (const auto& [dialect, terms] : dialects)
            for (const auto& [name, policy] : services)
                derived[dialect].emplace(name, on_terms(policy, terms));
    }

    std::map<std::string, std::map<ServiceName, Policy>, std::less<>> derived;
};

class RuleBook {
public:
    explicit RuleBook(Rules rules) : rules_(complete(std::move(rules))) {}

    [[nodiscard]] std::shared_ptr<const Rules> now() const { return std::atomic_load(&rules_); }
    void replace(Rules rules) { std::atomic_store(&rules_, complete(std::move(rules))); }

private:
    static std::shared_ptr<const Rules> complete(Rules rules) {
        rules.derive();
        return std::make_shared<const Rules>(std::move(rules));
    }

    std::shared_ptr<const Rules> rules_;
};

} // namespace dialproof::core
