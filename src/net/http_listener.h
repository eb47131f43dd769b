// Accepts connections on every loop, in the clear or under TLS, and serves HTTP on them: requests in, answers
// out. Each loop has its own listening socket on the same port (SO_REUSEPORT), and a connection stays on the
// loop that accepted it.
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "net/event_loop.h"
#include "net/http_error.h"
#include "net/limits.h"
#include "net/tls_context.h"
#include "wire/http.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dialproof::net {

// What the listener speaks, by the names in ALPN, the one wanted most first.
inline const std::vector<std::string> http_protocols{"h2", "http/1.1"};

// What the listener serves. Called on the loops' threads, on several at once; nothing here may throw.
class HttpService {
public:
    virtual ~HttpService() = default;

    // Runs on `loop`. The request's caller_address is the peer's.
    virtual Task<http::Response> answer(EventLoop& loop, http::Request request) = 0;
    // Whether `answer` is to begin with the request's head, and to read the body as it comes. Asked where a
    // body is still to come, in HTTP/2 alone: other requests come whole.
    virtual bool streams(const http::Request& head) = 0;
    // The answer to what is no request, or one too many. `head` is what is known of it: its path is empty
    // where nothing is. In HTTP/1.1 the connection is closed after it.
    virtual http::Response refusal(EventLoop& loop, const HttpError& error, const http::Request& head) = 0;

    virtual void connection_opened() = 0;
    virtual void connection_closed() = 0;
    // Closed without a word, or not accepted at all, for want of a resource; or it failed to become a TLS
    // one; or closed for what its client did with HTTP/2, where no request is to blame.
    virtual void connection_dropped(std::string_view reason) = 0;
};

class HttpListener {
public:
    // All three outlive the listener.
    HttpListener(EventLoops& loops, const Limits& limits, HttpService& service);
    // After a `stop` that gave true, or once the loops have ended.
    ~HttpListener();

    // `address` is an IP address: "0.0.0.0", "::" (both families) or "127.0.0.1". Port 0 picks a free one.
    // Gives the port, or a sentence that says why not. May be called for several addresses.
    Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port);
    // The same, under TLS. `tls` outlives the listener.
    Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port,
                                              const TlsContext& tls);

    // No new connections; idle ones are closed, the others after the answer they wait for. True once all
    // have ended; false when some had to be cut off after `within`. Runs on any executor.
    Task<bool> stop(Milliseconds within);

    [[nodiscard]] std::size_t connections() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace dialproof::net
