// A request that is not answered by a handler: it broke the protocol, or a limit. The texts are literals.
#pragma once

#include <string_view>

namespace dialproof::net {

struct HttpError {
    int status = 400;
    std::string_view code;    // stable, for programs: "header_too_large"
    std::string_view message; // for people

    friend bool operator==(const HttpError&, const HttpError&) = default;
};

} // namespace dialproof::net
