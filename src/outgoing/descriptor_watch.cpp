#include "outgoing/descriptor_watch.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace dialproof::outgoing {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

struct DescriptorWatch::State : std::enable_shared_from_this<State> {
    struct Direction {
        Descriptor::wait_type type;
        bool wanted = false, waiting = false;
    };

    State(net::EventLoop& loop, int number, Ready then) :
        descriptor(loop.context(), number), ready(std::move(then)) {}

    void wait(Direction& direction) {
        if (closed || !direction.wanted || std::exchange(direction.waiting, true))
            return;
        descriptor.async_wait(direction.type, [self = shared_from_this(), &direction](const auto& error) {
            direction.waiting = false;
            if (error || self->closed)
                return;
            if (direction.wanted)
                self->ready(&direction == &self->reading, &direction == &self->writing);
            self->wait(direction);
        });
    }

    Descriptor descriptor;
    Ready ready;
    Direction reading{Descriptor::wait_read}, writing{Descriptor::wait_write};
    bool closed = false;
};

DescriptorWatch::DescriptorWatch(net::EventLoop& loop, int descriptor, Ready ready) :
    state_(std::make_shared<State>(loop, descriptor, std::move(ready))) {}

DescriptorWatch::~DescriptorWatch() {
    state_->closed = true;
    state_->descriptor.release();
}

void DescriptorWatch::want(bool readable, bool writable) {
    state_->reading.wanted = readable;
    state_->writing.wanted = writable;
    state_->wait(state_->reading);
    state_->wait(state_->writing);
}

} // namespace dialproof::outgoing
