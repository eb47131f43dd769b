// Who asks, and from where.
#pragma once

#include "base/instant.h"
#include "core/permission.h"

#include <optional>
#include <string>

namespace dialproof::flows {

struct Caller {
    core::Principal principal;         // the public one where the dialect asks for no credential
    std::string address;               // IP address text; limits count IPv6 by /64
    std::string dialect;               // for events and metrics: "zitadel"
    std::string locale;                // BCP 47, of the messages that are sent for this call; may be empty
    std::optional<Instant> deadline{}; // nobody waits for the answer any more: nothing is committed then
};

} // namespace dialproof::flows
