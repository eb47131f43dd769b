// HTTP requests to others by libcurl: HTTP/1.1, and HTTP/2 under TLS where the other side has it. Connections
// are kept and used again. Certificates are always checked. Nothing of a request reaches a log.
//
// Errors of `fetch`: bad_call, bad_url, queue_full, name_not_found, connect_failed, tls_failed, timed_out,
// connection_lost, bad_answer, answer_too_large, stopped, failed.
#pragma once

#include "net/event_loop.h"
#include "ports/http_client.h"

#include <cstddef>
#include <memory>
#include <string>

namespace dialproof::outgoing {

struct HttpClientSettings {
    std::size_t calls_max = 1000;      // under way, or waiting for a connection; over it "queue_full"
    std::size_t connections_max = 128; // in use or idle; over it calls wait
    std::size_t connections_per_host_max = 16;
    Seconds idle_max{50};                           // then a connection is not used again
    std::size_t reply_body_bytes_max = 64 * 1024;   // over it "answer_too_large"
    std::size_t reply_header_bytes_max = 32 * 1024; // the same
    std::string authorities;                        // PEM file; empty: the system's
    std::string proxy;                              // URL; empty: none. The environment is not asked
};

class CurlHttpClient final : public ports::HttpClient {
public:
    // The loop outlives the client.
    CurlHttpClient(net::EventLoop& loop, HttpClientSettings settings);
    // On the loop's thread, or once the loop has stopped. What is under way fails with "stopped".
    ~CurlHttpClient() override;

    // From any thread and executor. `time_max` begins here, not with the connection.
    Task<Result<ports::HttpReply, ports::HttpFailure>> fetch(ports::HttpCall call) override;

private:
    struct Core;
    std::shared_ptr<Core> core_;
};

} // namespace dialproof::outgoing
