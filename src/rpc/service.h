// Remote procedure calls as functions: a method's name, bytes and metadata in, bytes or an error out. What
// carries them does not matter here.
#pragma once

#include "base/task.h"
#include "rpc/status.h"
#include "wire/http.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dialproof::rpc {

// Of the request and the response alike.
enum class Encoding { json, protobuf };

struct Call {
    http::Headers metadata;
    std::string caller_address;
    Encoding encoding = Encoding::protobuf;
    std::string message;
    std::optional<Milliseconds> timeout{}; // from now on, by the word of the caller
};

struct Method {
    std::string name; // "SetPhone"
    std::function<Task<Result<std::string, Error>>(Call)> call;
};

struct Service {
    std::string name; // "zitadel.user.v2.UserService"
    std::vector<Method> methods;
};

} // namespace dialproof::rpc
