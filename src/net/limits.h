// How much of everything one client may ask of the server, and for how long.
#pragma once

#include "base/instant.h"

#include <cstddef>

namespace dialproof::net {

struct Limits {
    std::size_t header_bytes = 16 * 1024; // request line and fields together; over it 431
    std::size_t header_count = 100;       // fields; over it 431
    std::size_t target_bytes = 8 * 1024;  // over it 414
    std::size_t body_bytes = 64 * 1024;   // decoded; over it 413

    std::size_t connections = 10'000;        // open at once on all loops; over it the longest idle
                                             // one of the loop is closed, and where none is idle 503
    std::size_t requests_per_connection = 0; // then it is closed; 0: as many as wanted

    Milliseconds header_time{10'000};  // from its first byte, or the accept, to the empty line; over it 408
    Milliseconds body_time{30'000};    // from the empty line to the last byte; over it 408
    Milliseconds idle_time{75'000};    // between an answer and the next request; over it closed
    Milliseconds handler_time{30'000}; // over it 504
    Milliseconds write_time{30'000};   // for one answer to be taken; over it closed
    Milliseconds linger_time{2'000};   // for the client to read a refusal before the socket is closed

    // HTTP/2, while answers are under way: a client that is silent for so long is asked whether it is there,
    // and the connection is closed where that has no answer in time.
    Milliseconds ping_after{30'000}, ping_time{20'000};
};

} // namespace dialproof::net
