#include "net/http_listener.h"

#include "net/protocol_choice.h"
#include "net/serving.h"

#include <array>
#include <atomic>
#include <unordered_set>

#include <sys/socket.h>

namespace dialproof::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Connections above the limit that are told so; the ones above these too are just closed.
constexpr std::size_t turned_away_max = 64;
// A crowd that comes at once should not wait for a turn of a busy loop each.
constexpr std::size_t accepts_a_turn = 64;
constexpr Milliseconds accept_pause{100}; // after a failed accept: most likely no file descriptor is left
constexpr Milliseconds cut_off_time{500}; // for connections that were cut off to go

std::string sentence(const std::string& address, std::uint16_t port, const std::string& why) {
    return "cannot listen on " + address + " port " + std::to_string(port) + ": " + why;
}

void open_acceptor(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool shared, error_code& error) {
    acceptor.open(endpoint.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && endpoint.protocol() == tcp::v6())
        acceptor.set_option(asio::ip::v6_only(false), error);
    const int on = 1;
    if (!error && shared &&
        setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        error.assign(errno, boost::system::system_category());
    if (!error)
        acceptor.bind(endpoint, error);
}

} // namespace

struct HttpListener::Impl : std::enable_shared_from_this<Impl> {
    struct Acceptor {
        Acceptor(EventLoop& loop, const TlsContext* with_tls) :
            socket(loop.context()), pause(loop.context()), tls(with_tls) {}
        tcp::acceptor socket;
        asio::steady_timer pause;
        const TlsContext* const tls; // none: in the clear
    };

    // What belongs to one loop, and is touched on it alone.
    struct Worker : Serving {
        Worker(EventLoop& l, const Limits& all, HttpService& s) : Serving{l, all, s} {}
        std::vector<std::shared_ptr<Acceptor>> acceptors;
        std::unordered_set<Connection*> connections;
    };

    Impl(EventLoops& loops, const Limits& l, HttpService& s) :
        limits(l), service(s), unstopped_workers(loops.size()), progress(loops[0]) {
        for (std::size_t i = 0; i < loops.size(); ++i)
            workers.push_back(std::make_unique<Worker>(loops[i], limits, service));
    }

    Result<std::uint16_t, std::string> listen(const std::string& address, std::uint16_t port,
                                              const TlsContext* tls);
    void accept_next(Worker& worker, Acceptor& acceptor);
    void accept_after_pause(Worker& worker, Acceptor& acceptor);
    void call(Worker& worker, void (Impl::*work)(Worker&));
    void accepted(Worker& worker, const Acceptor& acceptor, Connection::Socket socket);
    bool close_longest_idle(Worker& worker);
    void accept_waiting(Worker& worker, Acceptor& acceptor, std::size_t most);
    void stop(Worker& worker);
    void cut_off(Worker& worker);

    [[nodiscard]] bool busy() const { return unstopped_workers > 0 || open > 0; }

    static Task<void> serve(std::shared_ptr<Impl> self, Worker& worker, Connection::Socket socket,
                            std::shared_ptr<ssl_ctx_st> tls, bool welcome);
    static Task<void> serve_welcome(Worker& worker, Connection& connection);
    static Task<bool> secure(Worker& worker, Connection& connection);
    static Task<void> end_handshake(Worker& worker, Connection& connection);
    static Task<void> turn_away(Worker& worker, Connection& connection);

    const Limits limits;
    HttpService& service;
    std::vector<std::unique_ptr<Worker>> workers;
    std::atomic<std::size_t> open{0}; // the turned away among them
    std::atomic<std::size_t> unstopped_workers;
    Timer progress; // cancelled while stopping, when something has ended
};

HttpListener::HttpListener(EventLoops& loops, const Limits& limits, HttpService& service) :
    impl_(std::make_shared<Impl>(loops, limits, service)) {}

HttpListener::~HttpListener() = default;

std::size_t HttpListener::connections() const { return impl_->open; }

Result<std::uint16_t, std::string> HttpListener::listen(const std::string& address, std::uint16_t port) {
    return impl_->listen(address, port, nullptr);
}

Result<std::uint16_t, std::string> HttpListener::listen(const std::string& address, std::uint16_t port,
                                                        const TlsContext& tls) {
    return impl_->listen(address, port, &tls);
}

Result<std::uint16_t, std::string> HttpListener::Impl::listen(const std::string& address, std::uint16_t port,
                                                              const TlsContext* tls) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error)
        return fail(sentence(address, port, "it is not an IP address"));
    tcp::endpoint endpoint(ip, port);
    if (port != 0) {
        // SO_REUSEPORT would let a second server of the same user take half of our connections, and
        // nobody would see why. A socket without it finds out whether anybody listens there.
        tcp::acceptor probe(workers[0]->loop.context());
        open_acceptor(probe, endpoint, false, error);
        if (error)
            return fail(sentence(address, port, error.message()));
    }
    std::vector<std::unique_ptr<Acceptor>> acceptors;
    for (const auto& worker : workers) {
        auto& acceptor = *acceptors.emplace_back(std::make_unique<Acceptor>(worker->loop, tls));
        open_acceptor(acceptor.socket, endpoint, true, error);
        if (!error)
            acceptor.socket.listen(tcp::acceptor::max_listen_connections, error);
        if (!error)
            acceptor.socket.non_blocking(true, error);
        if (error)
            return fail(sentence(address, port, error.message()));
        endpoint = acceptor.socket.local_endpoint(); // the others join the port that the first has got
    }
    for (std::size_t i = 0; i < acceptors.size(); ++i) {
        auto& worker = *workers[i];
        // As shared_ptr, since std::function wants to copy.
        const std::shared_ptr<Acceptor> acceptor = std::move(acceptors[i]);
        worker.loop.call([weak = weak_from_this(), &worker, acceptor] {
            const auto self = weak.lock();
            if (!self || worker.stopping)
                return;
            worker.acceptors.push_back(acceptor);
            self->accept_next(worker, *acceptor);
        });
    }
    return endpoint.port();
}

// Handlers that wait in a loop's queue hold the listener weakly: they may still be there when it is gone.
void HttpListener::Impl::accept_next(Worker& worker, Acceptor& acceptor) {
    acceptor.socket.async_accept(
        worker.loop.context(),
        [weak = weak_from_this(), &worker, &acceptor](const error_code& error, Connection::Socket socket) {
            const auto self = weak.lock();
            if (!self || !acceptor.socket.is_open())
                return;
            if (!error) {
                self->accepted(worker, acceptor, std::move(socket));
                self->accept_waiting(worker, acceptor, accepts_a_turn - 1);
                self->accept_next(worker, acceptor);
                return;
            }
            self->service.connection_dropped("accept_failed");
            self->accept_after_pause(worker, acceptor);
        });
}

void HttpListener::Impl::accept_after_pause(Worker& worker, Acceptor& acceptor) {
    acceptor.pause.expires_after(accept_pause);
    acceptor.pause.async_wait([weak = weak_from_this(), &worker, &acceptor](const error_code&) {
        const auto self = weak.lock();
        if (self && acceptor.socket.is_open())
            self->accept_next(worker, acceptor);
    });
}

void HttpListener::Impl::call(Worker& worker, void (Impl::*work)(Worker&)) {
    worker.loop.call([weak = weak_from_this(), &worker, work] {
        if (const auto self = weak.lock())
            (self.get()->*work)(worker);
    });
}

void HttpListener::Impl::accepted(Worker& worker, const Acceptor& acceptor, Connection::Socket socket) {
    const std::size_t others = open++;
    const bool welcome = others < limits.connections || close_longest_idle(worker);
    // A handshake costs more than the refusal is worth.
    const bool can_be_told = acceptor.tls == nullptr && others < limits.connections + turned_away_max;
    if (!welcome && !can_be_told) {
        --open;
        service.connection_dropped("too_many_connections");
        return;
    }
    auto tls = acceptor.tls != nullptr ? acceptor.tls->current() : nullptr;
    // At once, so that it counts among the idle for those who come with it.
    spawn_at_once(worker.loop, serve(shared_from_this(), worker, std::move(socket), std::move(tls), welcome));
}

// To wait for a next request costs a client nothing: whoever asks now goes before those who may ask later.
bool HttpListener::Impl::close_longest_idle(Worker& worker) {
    const auto found = std::find_if(worker.idle.begin(), worker.idle.end(),
                                    [](const Connection& one) { return !one.has_unread(); });
    if (found == worker.idle.end())
        return false;
    Connection& connection = *found;
    connection.idle_place.unlink();
    connection.close();
    service.connection_dropped("idle_at_connection_limit");
    return true;
}

// Holds `self`: the last connection may outlive the listener by the few steps after its count.
Task<void> HttpListener::Impl::serve(std::shared_ptr<Impl> self, Worker& worker, Connection::Socket socket,
                                     std::shared_ptr<ssl_ctx_st> tls, bool welcome) {
    {
        Connection connection(worker.loop, std::move(socket), std::move(tls));
        worker.connections.insert(&connection);
        if (welcome) {
            self->service.connection_opened();
            auto serving = serve_welcome(worker, connection);
            co_await serving;
            self->service.connection_closed();
        } else {
            auto refusing = turn_away(worker, connection);
            co_await refusing;
        }
        worker.connections.erase(&connection);
    }
    const bool stopping = worker.stopping;
    --self->open;
    if (stopping)
        self->progress.cancel();
}

// True where requests may come. It takes as long as a header may.
Task<bool> HttpListener::Impl::secure(Worker& worker, Connection& connection) {
    const auto& limits = worker.limits;
    connection.expect_within(worker.stopping ? std::min(late_arrival_time, limits.header_time)
                                             : limits.header_time);
    worker.idle.push_back(connection);
    auto beginning = connection.first_byte();
    const bool begun = co_await beginning;
    connection.idle_place.unlink();
    if (!begun)
        co_return false;
    auto shaking = connection.shake_hands();
    const bool shaken = co_await shaking;
    if (!shaken && !connection.tls().nothing_came()) {
        auto ending = end_handshake(worker, connection);
        co_await ending;
    }
    co_return shaken;
}

Task<void> HttpListener::Impl::end_handshake(Worker& worker, Connection& connection) {
    if (connection.tls().spoken_to_in_clear()) {
        connection.continue_in_clear();
        auto telling = refuse_http1(worker, connection, http_errors::tls_expected);
        co_await telling;
        co_return;
    }
    worker.service.connection_dropped("tls_handshake_failed");
    if (connection.late())
        co_return;
    connection.continue_in_clear();
    auto lingering = linger(worker, connection); // or the alert that says why may be lost
    co_await lingering;
}

Task<void> HttpListener::Impl::serve_welcome(Worker& worker, Connection& connection) {
    if (connection.is_under_tls()) {
        auto securing = secure(worker, connection);
        const bool secured = co_await securing;
        if (!secured)
            co_return;
    }
    auto serving_http1 = serve_http1(worker, connection);
    auto first_bytes = co_await serving_http1;
    if (!first_bytes)
        co_return;
    auto serving_http2 = serve_http2(worker, connection, std::move(*first_bytes));
    co_await serving_http2;
}

// There is no room: says so in the version that the client speaks.
Task<void> HttpListener::Impl::turn_away(Worker& worker, Connection& connection) {
    connection.expect_within(worker.limits.linger_time);
    std::array<char, http2_preface.size()> first{};
    auto reading = connection.read_some(first);
    const std::size_t bytes = co_await reading;
    if (bytes == 0 && !connection.late())
        co_return;
    connection.expect_nothing();
    auto refusing = speaks_http2({}, {first.data(), bytes})
                        ? refuse_http2(worker, connection)
                        : refuse_http1(worker, connection, http_errors::too_many_connections);
    co_await refusing;
}

void HttpListener::Impl::accept_waiting(Worker& worker, Acceptor& acceptor, std::size_t most) {
    for (; most > 0; --most) {
        error_code error;
        Connection::Socket socket(worker.loop.context());
        acceptor.socket.accept(socket, error);
        if (error)
            return;
        accepted(worker, acceptor, std::move(socket));
    }
}

void HttpListener::Impl::stop(Worker& worker) {
    if (worker.stopping)
        return;
    worker.stopping = true;
    for (const auto& acceptor : worker.acceptors) {
        // Connections that the kernel has accepted for us are clients who were promised an answer.
        accept_waiting(worker, *acceptor, tcp::acceptor::max_listen_connections);
        error_code ignored;
        acceptor->socket.close(ignored);
        acceptor->pause.cancel();
    }
    const auto stoppable = worker.stoppable;
    for (auto* each : stoppable)
        each->stop();
    for (auto& connection : worker.idle)
        if (!connection.has_unread())
            connection.close();
    --unstopped_workers;
    progress.cancel();
}

void HttpListener::Impl::cut_off(Worker& worker) {
    for (auto* connection : worker.connections)
        connection->close();
}

Task<bool> HttpListener::stop(Milliseconds within) {
    using Clock = std::chrono::steady_clock;
    const auto self = impl_;
    for (const auto& worker : self->workers)
        self->call(*worker, &Impl::stop);

    const auto deadline = Clock::now() + within;
    while (self->busy() && Clock::now() < deadline) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
        auto waiting = self->progress.wait(left);
        co_await waiting;
    }
    if (!self->busy())
        co_return true;

    for (const auto& worker : self->workers)
        self->call(*worker, &Impl::cut_off);
    const auto last_deadline = Clock::now() + cut_off_time;
    while (self->busy() && Clock::now() < last_deadline) {
        const auto left = std::chrono::ceil<Milliseconds>(last_deadline - Clock::now());
        auto waiting = self->progress.wait(left);
        co_await waiting;
    }
    co_return false;
}

} // namespace dialproof::net
