// One accepted socket on its loop, in the clear or under TLS: reads and writes that coroutines await, and one
// deadline. Only for the files of this folder: it shows Asio.
#pragma once

#include "net/event_loop.h"
#include "net/net_pch.h"
#include "net/tls_stream.h"

#include <array>
#include <coroutine>
#include <span>
#include <string>
#include <string_view>

#include <boost/intrusive/list.hpp>

namespace dialproof::net {

class Connection final : private Watchdog::Watched {
public:
    using Socket =
        boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

    // With a context it is under TLS, and begins with `shake_hands`.
    Connection(EventLoop& loop, Socket socket, std::shared_ptr<ssl_ctx_st> tls = nullptr);
    ~Connection() override;

    [[nodiscard]] bool is_under_tls() const { return tls_ != nullptr; }

    // Gives whether the first byte has come, or the other side has closed; false when it is late or closed
    // here.
    struct AwaitFirst {
        Connection& connection;
        bool came = false;

        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        bool await_resume() noexcept { return came; }
    };
    AwaitFirst first_byte() { return {*this}; }

    // Gives whether the handshake has succeeded. If not, `continue_in_clear` is for a last word.
    struct ShakeHands {
        Connection& connection;
        bool succeeded = false;

        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        bool await_resume() noexcept { return succeeded; }
    };
    ShakeHands shake_hands() { return {*this}; }
    [[nodiscard]] const TlsStream& tls() const { return *tls_; }
    void continue_in_clear() { tls_.reset(); }

    // The protocol that the handshake settled on (RFC 7301), such as "h2"; empty where the client offered
    // none, and without TLS.
    [[nodiscard]] std::string_view alpn() const { return tls_ ? tls_->alpn() : std::string_view(); }

    // Gives the number of bytes read; 0 once the other side has closed, the connection failed or is late.
    struct ReadSome {
        Connection& connection;
        std::span<char> room;
        std::size_t bytes = 0;

        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        std::size_t await_resume() noexcept { return bytes; }
    };
    ReadSome read_some(std::span<char> room) { return {*this, room}; }

    // Gives whether all was taken. Mostly the kernel takes it at once and nobody waits.
    struct WriteAll {
        Connection& connection;
        TlsStream::Parts parts;
        Milliseconds within;
        bool written = false;

        bool await_ready();
        void await_suspend(std::coroutine_handle<> waiting);
        bool await_resume() noexcept { return written; }
    };
    // Both parts must live until it is done.
    WriteAll write(std::string_view head, std::string_view body, Milliseconds within);

    // From then on a read or write that is under way fails, and `late` is true.
    void expect_within(Milliseconds time);
    void expect_nothing();
    [[nodiscard]] bool late() const { return late_; }

    void close();
    void end_sending();

    // Bytes that came and were not read.
    [[nodiscard]] bool has_unread() const;
    [[nodiscard]] const std::string& peer_address() const { return peer_address_; }

    // Its place among the idle ones; it leaves them when it dies.
    using IdlePlace =
        boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
    IdlePlace idle_place;

private:
    void overdue() override;
    TlsStream::Step write_under_tls(TlsStream::Parts& parts);
    // Makes `attempt` until it is done or over, the first time once the socket is ready for `step`. Then
    // calls `then` with whether it is done.
    template <typename Attempt, typename Then>
    void retry_when(TlsStream::Step step, Attempt attempt, Then then);
    template <typename Attempt, typename Then>
    void retry(Attempt attempt, Then then);

    EventLoop& loop_;
    Socket socket_;
    std::unique_ptr<TlsStream> tls_;
    std::string peer_address_;
    bool late_ = false;
};

// Those that wait for a request of which nothing has come, the one that waits longest first.
using IdleConnections = boost::intrusive::list<
    Connection, boost::intrusive::member_hook<Connection, Connection::IdlePlace, &Connection::idle_place>,
    boost::intrusive::constant_time_size<false>>;

} // namespace dialproof::net
