// The configured numbers, as one value that a reload replaces whole: a use case takes it once and sees
// no mixture.
#pragma once

#include "core/policy.h"

#include <map>
#include <memory>

namespace dialproof::core {

struct Rules {
    std::map<ServiceName, Policy> services;
    LinePolicy line;
    TestNumbers test_numbers;
    bool limit_loopback_callers = true; // the dev mode does not count calls from the same machine

    // Null where there is no such service.
    [[nodiscard]] const Policy* service(const ServiceName& name) const {
        const auto found = services.find(name);
        return found == services.end() ? nullptr : &found->second;
    }
};

class RuleBook {
public:
    explicit RuleBook(Rules rules) : rules_(std::make_shared<const Rules>(std::move(rules))) {}

    [[nodiscard]] std::shared_ptr<const Rules> now() const { return std::atomic_load(&rules_); }
    void replace(Rules rules) { std::atomic_store(&rules_, std::make_shared<const Rules>(std::move(rules))); }

private:
    std::shared_ptr<const Rules> rules_;
};

} // namespace dialproof::core
