// HTTP requests to others.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::ports {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpCall {
    std::string method = "POST";
    std::string url; // http or https; a secret in it does not reach a log
    HttpFields headers;
    Secret<std::string> body;
    Milliseconds time_max{8000};         // in all
    Milliseconds connect_time_max{3000}; // of it
};

struct HttpReply {
    unsigned status = 0;
    HttpFields headers; // names in lower case
    std::string body;

    // The first of that name, in lower case; empty where there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const {
        for (const auto& [field, value] : headers)
            if (field == name)
                return value;
        return {};
    }
};

struct HttpFailure {
    bool maybe_sent = false; // the request, or a part of it, was written
    std::string error;       // a stable name: "connect_failed", "tls_failed", "timed_out", "queue_full", ...
};

class HttpClient {
public:
    virtual ~HttpClient() = default;
    // Never follows a redirect and never repeats a request. May be called for many at once.
    virtual Task<Result<HttpReply, HttpFailure>> fetch(HttpCall call) = 0;
};

} // namespace dialproof::ports
