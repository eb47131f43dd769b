// Byte streams over TCP, in the clear or under TLS 1.2 and 1.3. Under TLS the certificate must be of the name
// that was dialed, and signed by whom the endpoint trusts (RFC 6125).
#pragma once

#include "net/event_loop.h"
#include "ports/byte_stream.h"

#include <memory>

namespace dialproof::outgoing {

class NetDialer final : public ports::Dialer {
public:
    static constexpr Milliseconds usual_time_max{10'000};

    // The loop outlives the dialer and its streams; they may be used from any executor. `time_max` is for the
    // name, the connection and the handshake together.
    explicit NetDialer(net::EventLoop& loop, Milliseconds time_max = usual_time_max) :
        loop_(loop), time_max_(time_max) {}

    Task<Result<std::unique_ptr<ports::ByteStream>, std::string>> dial(ports::Endpoint endpoint) override;

private:
    net::EventLoop& loop_;
    const Milliseconds time_max_;
};

} // namespace dialproof::outgoing
