// What a call of this API is, whatever carries it: an error with a stable id, and who calls.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "core/ids.h"
#include "flows/caller.h"
#include "rpc/status.h"

#include <optional>
#include <string>

namespace dialproof::dialects::zitadel {

using RpcCode = rpc::Code;

struct RpcError {
    RpcCode code;
    std::string message;
    std::string id; // of zitadel.v1.ErrorDetail; empty where the error carries none
    std::optional<Seconds> retry_after;

    // "Code is invalid (COMMAND-eis9R)": what clients see as the message.
    [[nodiscard]] std::string text() const { return id.empty() ? message : message + " (" + id + ")"; }
};

template <typename T>
using RpcResult = Result<T, RpcError>;

// What came beside the request, under the names of HTTP fields and gRPC metadata alike.
struct RpcMetadata {
    std::string authorization;
    std::string organisation; // x-zitadel-orgid
    std::string accept_language;
    std::string caller_address;
    core::ClientHint client{};
    std::optional<Instant> deadline{};
};

struct RpcContext {
    flows::Caller caller;
    std::optional<core::ServiceName> organisation; // the one that x-zitadel-orgid chose
};

} // namespace dialproof::dialects::zitadel
