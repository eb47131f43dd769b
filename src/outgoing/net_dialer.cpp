#include "outgoing/net_dialer.h"

#include <functional>
#include <string_view>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <openssl/x509v3.h>

namespace dialproof::outgoing {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;
using ReadAnswer = Result<std::string, std::string>;
using WriteAnswer = Result<void, std::string>;

namespace {

std::string sentence(const char* what, const Error& error) { return what + (": " + error.message()); }

// A socket, under TLS or not, on its loop. Kept by whatever is under way on it.
class Line : public std::enable_shared_from_this<Line> {
public:
    explicit Line(net::EventLoop& loop) : loop_(loop), socket_(loop.context()) {}
    virtual ~Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    [[nodiscard]] net::EventLoop& loop() const { return loop_; }
    [[nodiscard]] tcp::socket& socket() { return socket_; }

    // On the loop.
    virtual void shake_hands(std::function<void(Error)> then) = 0;
    // What is wrong with the other side's certificate, after hands were not shaken; empty where nothing is.
    [[nodiscard]] virtual std::string doubt() = 0;
    virtual void read(std::size_t most, Completer<ReadAnswer> done) = 0;
    virtual void write(std::string bytes, Completer<WriteAnswer> done) = 0;
    void close() {
        Error ignored;
        socket_.close(ignored);
    }

protected:
    template <typename Stream>
    void read_from(Stream& stream, std::size_t most, Completer<ReadAnswer> done) {
        auto room = std::make_shared<std::string>(most, '\0');
        stream.async_read_some(asio::buffer(*room), [self = shared_from_this(), room,
                                                     done](const Error& error, std::size_t count) {
            room->resize(count);
            if (count > 0 || ended(error))
                done(std::move(*room));
            else
                done(fail(sentence("the connection broke", error)));
        });
    }
    template <typename Stream>
    void write_to(Stream& stream, std::string bytes, Completer<WriteAnswer> done) {
        auto kept = std::make_shared<const std::string>(std::move(bytes));
        asio::async_write(stream, asio::buffer(*kept),
                          [self = shared_from_this(), kept, done](const Error& error, std::size_t) {
                              if (error)
                                  done(fail(sentence("the connection broke", error)));
                              else
                                  done({});
                          });
    }

private:
    // Under TLS an end without a word is a broken connection: someone may have cut off what came last.
    static bool ended(const Error& error) { return error == asio::error::eof; }

    net::EventLoop& loop_;
    tcp::socket socket_;
};

class ClearLine final : public Line {
public:
    using Line::Line;

    void shake_hands(std::function<void(Error)> then) override { then({}); }
    [[nodiscard]] std::string doubt() override { return {}; }
    void read(std::size_t most, Completer<ReadAnswer> done) override { read_from(socket(), most, done); }
    void write(std::string bytes, Completer<WriteAnswer> done) override {
        write_to(socket(), std::move(bytes), done);
    }
};

class TlsLine final : public Line {
public:
    TlsLine(net::EventLoop& loop, asio::ssl::context context) :
        Line(loop), context_(std::move(context)), stream_(socket(), context_) {}

    // The name of the server is asked for (RFC 6066 section 3), but not where it is an address.
    Error expect(const std::string& host) {
        Error is_name;
        asio::ip::make_address(host, is_name);
        auto* expected = SSL_get0_param(stream_.native_handle());
        X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        const bool known = is_name ? X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1 &&
                                         SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str()) == 1
                                   : X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1;
        return known ? Error() : asio::error::invalid_argument;
    }

    void shake_hands(std::function<void(Error)> then) override {
        stream_.async_handshake(
            asio::ssl::stream_base::client,
            [self = shared_from_this(), then = std::move(then)](const Error& error) { then(error); });
    }
    [[nodiscard]] std::string doubt() override {
        const auto result = SSL_get_verify_result(stream_.native_handle());
        return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
    }
    void read(std::size_t most, Completer<ReadAnswer> done) override { read_from(stream_, most, done); }
    void write(std::string bytes, Completer<WriteAnswer> done) override {
        write_to(stream_, std::move(bytes), done);
    }

private:
    asio::ssl::context context_;
    asio::ssl::stream<tcp::socket&> stream_;
};

Result<std::shared_ptr<Line>, std::string> tls_line(net::EventLoop& loop, const ports::Endpoint& endpoint) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    Error error;
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(asio::ssl::verify_peer, error);
    if (endpoint.tls_authorities.empty())
        context.set_default_verify_paths(error);
    else
        context.load_verify_file(endpoint.tls_authorities, error);
    if (error)
        return fail(sentence("cannot read the authorities", error));
    auto line = std::make_shared<TlsLine>(loop, std::move(context));
    if ((error = line->expect(endpoint.host)))
        return fail(sentence("cannot expect this name", error));
    return line;
}

class Stream final : public ports::ByteStream {
public:
    explicit Stream(std::shared_ptr<Line> line) : line_(std::move(line)) {}
    ~Stream() override { close_line(); }

    Task<ReadAnswer> read(std::size_t most) override {
        auto wait = suspend_until<ReadAnswer>([line = line_, most](Completer<ReadAnswer> done) {
            asio::dispatch(line->loop().context(), [line, most, done] { line->read(most, done); });
        });
        auto answer = co_await wait;
        co_return std::move(answer);
    }
    Task<WriteAnswer> write(std::string bytes) override {
        auto wait = suspend_until<WriteAnswer>([line = line_, &bytes](Completer<WriteAnswer> done) {
            asio::dispatch(line->loop().context(), [line, done, taken = std::move(bytes)]() mutable {
                line->write(std::move(taken), done);
            });
        });
        auto answer = co_await wait;
        co_return std::move(answer);
    }
    void close() override { close_line(); }

private:
    void close_line() const {
        asio::dispatch(line_->loop().context(), [line = line_] { line->close(); });
    }

    std::shared_ptr<Line> line_;
};

using DialAnswer = Result<std::unique_ptr<ports::ByteStream>, std::string>;

// One call: name, connection, handshake, each when the one before is done. Kept by what is under way.
class Dialing : public std::enable_shared_from_this<Dialing> {
public:
    Dialing(std::shared_ptr<Line> line, ports::Endpoint endpoint, Completer<DialAnswer> done) :
        line_(std::move(line)), endpoint_(std::move(endpoint)), done_(done),
        resolver_(line_->loop().context()), timer_(line_->loop().context()) {}

    void begin(Milliseconds time_max) {
        timer_.expires_after(time_max);
        timer_.async_wait([self = shared_from_this()](const Error& error) {
            if (!error)
                self->end(fail(std::string("timed out")));
        });
        resolver_.async_resolve(endpoint_.host, std::to_string(endpoint_.port),
                                tcp::resolver::numeric_service,
                                [self = shared_from_this()](const Error& error, const auto& found) {
                                    if (self->goes_on("cannot find the name", error))
                                        self->connect(found);
                                });
    }

private:
    void connect(const tcp::resolver::results_type& found) {
        asio::async_connect(line_->socket(), found,
                            [self = shared_from_this()](const Error& error, const auto&) {
                                if (self->goes_on("cannot connect", error))
                                    self->shake_hands();
                            });
    }
    void shake_hands() {
        Error ignored;
        line_->socket().set_option(tcp::no_delay(true), ignored);
        line_->shake_hands([self = shared_from_this()](const Error& error) {
            const auto doubt = self->line_->doubt();
            if (error && !doubt.empty())
                self->end(fail("its certificate is not good: " + doubt));
            else if (self->goes_on("cannot agree on TLS", error))
                self->end(std::make_unique<Stream>(self->line_));
        });
    }
    bool goes_on(const char* step, const Error& error) {
        if (!ended_ && error)
            end(fail(sentence(step, error)));
        return !ended_;
    }
    void end(DialAnswer answer) {
        if (std::exchange(ended_, true))
            return;
        timer_.cancel();
        resolver_.cancel();
        if (!answer)
            line_->close();
        done_(std::move(answer));
    }

    std::shared_ptr<Line> line_;
    const ports::Endpoint endpoint_;
    Completer<DialAnswer> done_;
    tcp::resolver resolver_;
    asio::steady_timer timer_;
    bool ended_ = false;
};

Result<std::shared_ptr<Line>, std::string> line_to(net::EventLoop& loop, const ports::Endpoint& endpoint) {
    if (endpoint.tls)
        return tls_line(loop, endpoint);
    return std::make_shared<ClearLine>(loop);
}

} // namespace

Task<DialAnswer> NetDialer::dial(ports::Endpoint endpoint) {
    auto line = line_to(loop_, endpoint);
    if (!line) {
        DialAnswer failed = fail(line.error());
        co_return std::move(failed);
    }
    auto wait = suspend_until<DialAnswer>([this, &line, &endpoint](Completer<DialAnswer> done) {
        const auto dialing = std::make_shared<Dialing>(*line, std::move(endpoint), done);
        asio::dispatch(loop_.context(), [dialing, time_max = time_max_] { dialing->begin(time_max); });
    });
    auto answer = co_await wait;
    co_return std::move(answer);
}

} // namespace dialproof::outgoing
