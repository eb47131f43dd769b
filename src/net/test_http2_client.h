// A blocking HTTP/2 client for tests, over a plain socket.
#pragma once

#include "net/test_client.h"
#include "net/test_http2_peer.h"

#include <string>

namespace dialproof::net {

class TestHttp2Client {
public:
    explicit TestHttp2Client(std::uint16_t port, std::uint32_t window = 65535) : socket(port), peer(window) {}

    bool flush() { return socket.send(peer.output()); }
    // Talks until `done` gives true; false where the server closes before.
    template <typename Done>
    bool talk_until(Done done) {
        while (true) {
            flush(); // what is sent may be all that was to be done
            if (done())
                return true;
            const auto bytes = socket.receive();
            if (bytes.empty())
                return done();
            peer.input(bytes);
        }
    }
    TestHttp2Peer::Answer& wait_for(std::int32_t stream) {
        talk_until([&] { return peer.answer(stream).closed; });
        return peer.answer(stream);
    }
    // True when the other side closes in the end.
    bool ends() {
        return !talk_until([] { return false; });
    }

    TestClient socket;
    TestHttp2Peer peer;
};

} // namespace dialproof::net
