#include "net/connection.h"

namespace dialproof::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

void take_off(TlsStream::Parts& parts, std::size_t taken) {
    for (auto& part : parts) {
        const auto step = std::min(taken, part.size());
        part += step;
        taken -= step;
    }
}

} // namespace

Connection::Connection(EventLoop& loop, Socket socket, std::shared_ptr<ssl_ctx_st> tls) :
    loop_(loop), socket_(std::move(socket)) {
    error_code ignored; // the peer may be gone already; then the first read says so
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    peer_address_ = peer.address().to_string();
    if (tls)
        tls_ = std::make_unique<TlsStream>(std::move(tls), socket_.native_handle());
}

Connection::~Connection() { close(); }

template <typename Attempt, typename Then>
void Connection::retry_when(TlsStream::Step step, Attempt attempt, Then then) {
    const auto readiness = step == TlsStream::Step::wants_write ? Socket::wait_write : Socket::wait_read;
    socket_.async_wait(readiness, [this, attempt, then](const error_code& error) {
        if (error)
            then(false);
        else
            retry(attempt, then);
    });
}

template <typename Attempt, typename Then>
void Connection::retry(Attempt attempt, Then then) {
    const auto step = attempt();
    if (step == TlsStream::Step::wants_read || step == TlsStream::Step::wants_write)
        retry_when(step, attempt, then);
    else
        then(step == TlsStream::Step::done);
}

void Connection::AwaitFirst::await_suspend(std::coroutine_handle<> waiting) {
    connection.socket_.async_wait(Socket::wait_read, [this, waiting](const error_code& error) {
        came = !error;
        waiting.resume();
    });
}

void Connection::ShakeHands::await_suspend(std::coroutine_handle<> waiting) {
    connection.retry_when(
        TlsStream::Step::wants_read, [this] { return connection.tls_->shake_hands(); },
        [this, waiting](bool done) {
            succeeded = done;
            waiting.resume();
        });
}

void Connection::ReadSome::await_suspend(std::coroutine_handle<> waiting) {
    if (connection.tls_) {
        const auto attempt = [this] { return connection.tls_->read(room, bytes); };
        const auto then = [waiting](bool) { waiting.resume(); };
        // What is there already waits its turn too: the other connections of the loop are to have theirs.
        if (connection.tls_->has_pending())
            asio::post(connection.socket_.get_executor(),
                       [this, attempt, then] { connection.retry(attempt, then); });
        else
            connection.retry_when(TlsStream::Step::wants_read, attempt, then);
        return;
    }
    connection.socket_.async_read_some(asio::buffer(room.data(), room.size()),
                                       [this, waiting](const error_code& error, std::size_t count) {
                                           bytes = error ? 0 : count;
                                           waiting.resume();
                                       });
}

Connection::WriteAll Connection::write(std::string_view head, std::string_view body, Milliseconds within) {
    return {*this, {asio::buffer(head.data(), head.size()), asio::buffer(body.data(), body.size())}, within};
}

TlsStream::Step Connection::write_under_tls(TlsStream::Parts& parts) {
    while (asio::buffer_size(parts) > 0) {
        std::size_t taken = 0;
        const auto step = tls_->write(parts, taken);
        if (step != TlsStream::Step::done)
            return step;
        take_off(parts, taken);
    }
    return TlsStream::Step::done;
}

bool Connection::WriteAll::await_ready() {
    if (connection.tls_) {
        const auto step = connection.write_under_tls(parts);
        written = step == TlsStream::Step::done;
        return written || step == TlsStream::Step::over;
    }
    error_code error;
    const auto taken = connection.socket_.write_some(parts, error);
    if (error && error != asio::error::would_block)
        return true;
    take_off(parts, taken);
    written = asio::buffer_size(parts) == 0;
    return written;
}

void Connection::WriteAll::await_suspend(std::coroutine_handle<> waiting) {
    connection.expect_within(within);
    const auto end = [this, waiting](bool done) {
        connection.expect_nothing();
        written = done;
        waiting.resume();
    };
    if (connection.tls_) {
        connection.retry_when(
            TlsStream::Step::wants_write, [this] { return connection.write_under_tls(parts); }, end);
        return;
    }
    asio::async_write(connection.socket_, parts,
                      [end](const error_code& error, std::size_t) { end(!error); });
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
    if (tls_)
        tls_->close();
    error_code ignored;
    socket_.close(ignored);
}

void Connection::end_sending() {
    if (tls_)
        tls_->end_writing();
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

bool Connection::has_unread() const {
    if (tls_ && tls_->has_pending())
        return true;
    error_code error;
    return socket_.available(error) > 0 && !error;
}

} // namespace dialproof::net
