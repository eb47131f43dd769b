// Remote procedure calls as functions: a method's name, bytes and metadata in, bytes or an error out. What
// carries them does not matter here.
#pragma once

#include "base/task.h"
#include "rpc/status.h"
#include "wire/http.h"

#include <functional>
#include <memory>
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

// The messages of one side of a call that is a stream. One reads at a time.
class Messages {
public:
    virtual ~Messages() = default;
    // The next message; nothing once they have ended well; or how they ended.
    virtual Task<Result<std::optional<std::string>, Error>> next() = 0;
    // Nobody wants more: a `next` that is under way should not wait for long.
    virtual void abandon() {}
};

// A method with any number of messages each way. It is made for gRPC alone.
struct StreamingMethod {
    std::string name;
    // Reads the messages that come, and gives those of the answer. The call has no message.
    std::function<std::shared_ptr<Messages>(Call, std::shared_ptr<Messages>)> call;
};

struct Service {
    std::string name; // "zitadel.user.v2.UserService"
    std::vector<Method> methods;
    std::vector<StreamingMethod> streaming_methods{};
};

} // namespace dialproof::rpc
