// Connections to others, in the clear or under TLS: bytes go in and come out in order.
#pragma once

#include "base/result.h"
#include "base/task.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace dialproof::ports {

// One may read and one may write at the same time, both on the executor that dialed.
class ByteStream {
public:
    // Closes. Nobody may be waiting.
    virtual ~ByteStream() = default;

    // At least one byte and at most `most`; none where the other side ended; a sentence where it broke.
    virtual Task<Result<std::string, std::string>> read(std::size_t most) = 0;
    // Returns when the system took all of it.
    virtual Task<Result<void, std::string>> write(std::string bytes) = 0;
    // Ends what waits, with an error, and all that comes later.
    virtual void close() = 0;
};

struct Endpoint {
    std::string host; // a name or an address
    std::uint16_t port = 0;
    bool tls = false;            // the certificate must be of `host`
    std::string tls_authorities; // PEM file of those who may have signed it; empty: the system's
};

class Dialer {
public:
    virtual ~Dialer() = default;
    // Within the dialer's time-out. A sentence where it failed.
    virtual Task<Result<std::unique_ptr<ByteStream>, std::string>> dial(Endpoint endpoint) = 0;
};

} // namespace dialproof::ports
