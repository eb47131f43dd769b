// Who asks, and from where.
#pragma once

#include "base/instant.h"
#include "core/autofill.h"
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
    core::ClientHint client{};         // for which client the messages are
};

// Of a request's fields, which answer `get(name)`: HTTP and gRPC have the same names here.
template <typename Fields>
core::ClientHint client_hint_of(const Fields& fields) {
    return core::client_hint(fields.get("x-dialproof-client"), fields.get("x-dialproof-app-hash"),
                             fields.get("origin"));
}

} // namespace dialproof::flows
