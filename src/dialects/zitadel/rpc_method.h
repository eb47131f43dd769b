// The method table: everything that a transport has to know of a method. REST uses verb and path; a
// transport by full name needs `full_name` and `call` only.
#pragma once

#include "base/task.h"
#include "dialects/zitadel/authentication.h"
#include "dialects/zitadel/rpc.h"
#include "dialects/zitadel/user_service.h"
#include "rpc/service.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::dialects::zitadel {

using rpc::Encoding;

struct RpcCall {
    RpcMetadata metadata;
    Encoding encoding = Encoding::json;
    std::string message;                // empty is a message without members
    std::optional<std::string> user_id; // of the path; takes the place of the one in the message
};

struct RpcMethod {
    std::string_view full_name; // "zitadel.user.v2.UserService/SetPhone"
    std::string_view verb;      // "POST"
    std::string_view path;      // "/v2/users/{user_id}/phone"
    // Authenticates, decodes, validates, calls and encodes, in this order.
    std::function<Task<RpcResult<std::string>>(RpcCall)> call;

    [[nodiscard]] std::string_view name() const { return full_name.substr(full_name.find('/') + 1); }
};

// Both arguments outlive the table.
std::vector<RpcMethod> methods_of(UserService& service, const Authentication& authentication);

} // namespace dialproof::dialects::zitadel
