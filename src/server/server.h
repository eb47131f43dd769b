// The HTTP server: mounts behind listeners, with request ids, caller addresses, load limits, time limits and
// a graceful stop. A handler sees a Request and gives a Response; all the rest is here.
//
//   server::Server server(loops, config, std::move(mounts), operations, observer);
//   const auto port = server.listen("0.0.0.0", 8080);
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "net/event_loop.h"
#include "net/limits.h"
#include "net/tls_context.h"
#include "server/caller_address.h"
#include "server/observer.h"
#include "wire/http.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace dialproof::server {

struct Config {
    net::Limits limits;
    // Requests inside handlers, and calls of streaming routes until their answer has ended: one more of
    // either is answered 503 at once. Streams may be idle for long, and are nothing to most clients.
    std::size_t in_flight_max = 4096, streams_max = 256;
    TrustedProxies trusted_proxies;
    ForwardedBy forwarded_by = ForwardedBy::x_forwarded_for;
};

// What /readyz and /metrics say. Called on any loop.
struct Operations {
    std::function<Task<bool>()> ready;
    std::function<std::string()> metrics; // Prometheus text format 0.0.4
    Milliseconds ready_for{1'000};        // an answer of `ready` is told again for so long
};

class Server {
public:
    // `loops` and `observer` outlive the server. Adds a mount named "operations" with /healthz, /readyz and
    // /metrics, which the load limit leaves alone.
    Server(net::EventLoops& loops, Config config, std::vector<http::Mount> mounts, Operations operations,
           Observer& observer);
    // After a `stop` that gave true, or once the loops have ended.
    ~Server();

    // As net::HttpListener::listen.
    Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port);
    Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port,
                                              const net::TlsContext& tls);

    // /readyz says 503 from now on, all else goes on: load balancers look elsewhere before the door closes.
    void announce_stop();
    // No new connections; what is under way is finished and its connections closed. True once nothing is
    // left; false when something had to be cut off after `within`. Runs on any executor.
    Task<bool> stop(Milliseconds within);

    // What /readyz says, for those who ask in another way. As seldom asked of `Operations::ready`.
    Task<bool> ready();

    [[nodiscard]] std::size_t in_flight() const;
    [[nodiscard]] std::size_t connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialproof::server
