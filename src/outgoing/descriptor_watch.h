// Tells when a descriptor can be read or written. The descriptor belongs to somebody else, such as a library
// with sockets of its own. Used on the loop's thread only.
#pragma once

#include "net/event_loop.h"

#include <functional>
#include <memory>

namespace dialproof::outgoing {

class DescriptorWatch {
public:
    // `ready` may change what is wanted, and may destroy the watch.
    using Ready = std::function<void(bool readable, bool writable)>;

    DescriptorWatch(net::EventLoop& loop, int descriptor, Ready ready);
    DescriptorWatch(const DescriptorWatch&) = delete;
    DescriptorWatch& operator=(const DescriptorWatch&) = delete;
    // While the descriptor is still open; it stays so.
    ~DescriptorWatch();

    // From now on, and as long as it is so, until told otherwise.
    void want(bool readable, bool writable);

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace dialproof::outgoing
