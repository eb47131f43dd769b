// What the server tells of its work, for the log and the metrics. Called on the loops' threads, on several
// at once; it must be quick, and must not throw.
#pragma once

#include <chrono>
#include <string_view>

namespace dialproof::server {

struct RequestDone {
    std::string_view mount;  // its name, or empty where no mount took the path
    std::string_view route;  // its name, or empty where no route matched
    std::string_view method; // as sent: any token, so bound it before it becomes a label
    int status = 0;
    std::chrono::microseconds duration{};
    std::string_view caller_address;
    std::string_view request_id;
    std::string_view path;     // without the query; still percent-encoded
    std::string_view protocol; // of HTTP: "1.1", which may be 1.0, or "2"
};

class Observer {
public:
    virtual ~Observer() = default;

    virtual void request_done(const RequestDone& request) = 0;
    // Not answered by a handler; `reason` is one of a fixed set: "overloaded", "header_too_large", ...
    virtual void request_rejected(std::string_view reason) = 0;
    // A bug: a handler threw. `what` is the exception's text.
    virtual void handler_failed(std::string_view request_id, std::string_view what) = 0;
    virtual void connection_opened() = 0;
    virtual void connection_closed() = 0;
};

} // namespace dialproof::server
