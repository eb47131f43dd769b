// How a remote procedure call ends, whatever carries it: the codes of gRPC (grpc.github.io, "Status codes").
#pragma once

#include "base/instant.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::rpc {

enum class Code {
    ok = 0,
    canceled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    out_of_range = 11,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    data_loss = 15,
    unauthenticated = 16,
};

// "invalid_argument": also what Connect calls it.
std::string_view to_text(Code code);
// As the Connect protocol and grpc-gateway have it.
int http_status(Code code);

// A message that tells more, by its full name and in its binary form.
struct Detail {
    std::string type; // "zitadel.v1.ErrorDetail"
    std::string value;
};

struct Error {
    Code code = Code::unknown;
    std::string message;
    std::vector<Detail> details{};
    std::optional<Seconds> retry_after{};
};

// google.rpc.Status in its binary form.
std::string status_message(const Error& error);

} // namespace dialproof::rpc
