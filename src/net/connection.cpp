#include "net/connection.h"

namespace dialproof::net {

namespace asio = boost::asio;
using boost::system::error_code;

Connection::Connection(EventLoop& loop, Socket socket) : loop_(loop), socket_(std::move(socket)) {
    error_code ignored; // the peer may be gone already; then the first read says so
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    peer_address_ = peer.address().to_string();
}

void Connection::ReadSome::await_suspend(std::coroutine_handle<> waiting) {
    connection.socket_.async_read_some(asio::buffer(room.data(), room.size()),
                                       [this, waiting](const error_code& error, std::size_t count) {
                                           bytes = error ? 0 : count;
                                           waiting.resume();
                                       });
}

Connection::WriteAll Connection::write(std::string_view head, std::string_view body, Milliseconds within) {
    return {*this, {asio::buffer(head.data(), head.size()), asio::buffer(body.data(), body.size())}, within};
}

bool Connection::WriteAll::await_ready() {
    error_code error;
    auto taken = connection.socket_.write_some(parts, error);
    if (error && error != asio::error::would_block)
        return true;
    for (auto& part : parts) {
        const auto step = std::min(taken, part.size());
        part += step;
        taken -= step;
    }
    written = asio::buffer_size(parts) == 0;
    return written;
}

void Connection::WriteAll::await_suspend(std::coroutine_handle<> waiting) {
    connection.expect_within(within);
    asio::async_write(connection.socket_, parts, [this, waiting](const error_code& error, std::size_t) {
        connection.expect_nothing();
        written = !error;
        waiting.resume();
    });
}

void Connection::expect_within(Milliseconds time) {
    late_ = false;
    loop_.watchdog().watch(*this, time);
}

void Connection::expect_nothing() {
    late_ = false;
    Watchdog::forget(*this);
}

void Connection::overdue() {
    late_ = true;
    error_code ignored;
    socket_.cancel(ignored);
}

void Connection::close() {
    error_code ignored;
    socket_.close(ignored);
}

void Connection::end_sending() {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

bool Connection::has_unread() const {
    error_code error;
    return socket_.available(error) > 0 && !error;
}

} // namespace dialproof::net
