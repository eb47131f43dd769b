// The server's side of TLS on a socket that does not block. Only for the files of this folder.
#pragma once

#include "net/net_pch.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/buffer.hpp>

struct ssl_st;
struct ssl_ctx_st;

namespace dialproof::net {

class TlsStream {
public:
    // What came of a try: it is done; it is to be tried again once the socket can be read, or written; or
    // there is no more to be had from this stream.
    enum class Step { done, wants_read, wants_write, over };

    // The socket stays its owner's, and lives until `close`.
    TlsStream(std::shared_ptr<ssl_ctx_st> context, int socket);
    ~TlsStream();

    Step shake_hands();
    // After a handshake that is over: nothing came, or a request in the clear.
    [[nodiscard]] bool nothing_came() const;
    [[nodiscard]] bool spoken_to_in_clear() const { return spoken_to_in_clear_; }

    // The protocol that was settled on (RFC 7301); empty where the client offered none.
    [[nodiscard]] std::string_view alpn() const;

    // `over` at the end too. It may be cut off: who reads has to know by other means that all has come.
    Step read(std::span<char> room, std::size_t& bytes);
    [[nodiscard]] bool has_pending() const; // bytes that the socket does not have any more

    // Takes a record's worth of both, one after the other. Until it is done, only the same may be written.
    using Parts = std::array<boost::asio::const_buffer, 2>;
    Step write(const Parts& parts, std::size_t& bytes);

    // Says that no more will be sent (close_notify), as far as the kernel takes it at once.
    void end_writing();
    // The same; from then on all is over and the socket is not touched.
    void close();

private:
    struct Free {
        void operator()(ssl_st* stream) const;
    };

    Step step_after(int result);

    std::shared_ptr<ssl_ctx_st> context_;
    std::unique_ptr<ssl_st, Free> ssl_;
    bool over_ = false;
    bool spoken_to_in_clear_ = false;
};

} // namespace dialproof::net
