// What one caller does in each dialect: it registers a number, reads the code that is sent to it, and
// verifies it. Two requests a cycle in all of them.
#pragma once

#include "bench/load/caller.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::bench {

class Cycle {
public:
    virtual ~Cycle() = default;

    // Once for each caller, before the clock starts. False: it failed.
    virtual Task<bool> prepare() = 0;
    // False: it failed.
    virtual Task<bool> run() = 0;
};

// "echo", "django_phone_verify", "zitadel", "pip_sms_settings", "techno_sso".
const std::vector<std::string>& cycle_names();

// `name` is one of them; the caller outlives the cycle.
std::unique_ptr<Cycle> make_cycle(std::string_view name, Caller& caller);

} // namespace dialproof::bench
