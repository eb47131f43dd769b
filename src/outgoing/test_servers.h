// Servers on this machine for the tests of this folder: one that speaks HTTP, and one that says what it is
// told to.
#pragma once

#include "base/run_loop.h"
#include "net/http_listener.h"
#include "net/test_certificate.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dialproof::outgoing {

// A certificate that has signed itself, and the file of authorities that knows it.
class TestIdentity {
public:
    explicit TestIdentity(const std::string& name) {
        net::TestCertificateWish wish;
        wish.name = name;
        pair_ = net::make_certificate(wish);
        std::string pattern = (std::filesystem::temp_directory_path() / "dialproof-tls-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        std::ofstream(authorities()) << pair_.certificate;
    }
    TestIdentity(const TestIdentity&) = delete;
    TestIdentity& operator=(const TestIdentity&) = delete;
    ~TestIdentity() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string authorities() const { return (folder_ / "authorities.pem").string(); }
    [[nodiscard]] net::TlsCredentials credentials() const {
        net::TlsCredentials credentials;
        credentials.certificate = pair_.certificate;
        credentials.key = Secret<std::string>(pair_.key);
        return credentials;
    }

private:
    net::TestCertificate pair_;
    std::filesystem::path folder_;
};

// Answers with what it was asked: "METHOD target\ncontent-type|authorization|x-empty\nbody". /status/N has
// that status, /bytes/N so many bytes, and /silent no answer until the server ends.
class EchoServer final : private net::HttpService {
public:
    explicit EchoServer(net::EventLoops& loops) : listener_(loops, limits_, *this) {
        port_ = listener_.listen("127.0.0.1", 0).value();
    }
    EchoServer(net::EventLoops& loops, const TestIdentity& identity) :
        tls_(*net::TlsContext::make(identity.credentials(), net::http_protocols)),
        listener_(loops, limits_, *this) {
        port_ = listener_.listen("127.0.0.1", 0, *tls_).value();
    }

    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;
    // While its loops run.
    ~EchoServer() override {
        for (const std::lock_guard lock(mutex_); const auto& gate : gates_)
            gate->cancel();
        RunLoop here;
        here.wait_for(listener_.stop(silence_max));
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& target) const {
        return (tls_ ? "https://localhost:" : "http://localhost:") + std::to_string(port_) + target;
    }
    [[nodiscard]] std::size_t connections() const { return connections_; }
    // Returns once somebody has asked for silence.
    void await_silent() { silent_.get_future().wait(); }

private:
    Task<http::Response> answer(net::EventLoop& loop, http::Request request) override {
        if (request.path == "/silent") {
            auto gate = std::make_shared<net::Timer>(loop);
            be_silent(gate);
            auto waiting = gate->wait(silence_max);
            co_await waiting;
        }
        http::Response response;
        response.headers.add("x-echo", "yes");
        if (request.path.starts_with("/status/"))
            response.status = std::stoi(request.path.substr(8));
        else if (request.path.starts_with("/bytes/"))
            response.body.assign(std::stoul(request.path.substr(7)), 'b');
        else
            response.body = echo_of(request);
        co_return std::move(response);
    }
    static std::string echo_of(const http::Request& request) {
        const auto field = [&](const char* name) { return std::string(request.headers.get(name)); };
        return request.method + " " + request.path + (request.query.empty() ? "" : "?" + request.query) +
               "\n" + field("content-type") + "|" + field("authorization") + "|" + field("x-empty") + "\n" +
               request.body;
    }
    void be_silent(std::shared_ptr<net::Timer> gate) {
        const std::lock_guard lock(mutex_);
        if (gates_.empty())
            silent_.set_value();
        gates_.push_back(std::move(gate));
    }
    bool streams(const http::Request&) override { return false; }
    http::Response refusal(net::EventLoop&, const net::HttpError& error, const http::Request&) override {
        http::Response response;
        response.status = error.status;
        return response;
    }
    void connection_opened() override { ++connections_; }
    void connection_closed() override {}
    void connection_dropped(std::string_view) override {}

    static constexpr Milliseconds silence_max{60'000};

    net::Limits limits_;
    std::unique_ptr<net::TlsContext> tls_;
    std::atomic<std::size_t> connections_{0};
    std::mutex mutex_;
    std::vector<std::shared_ptr<net::Timer>> gates_;
    std::promise<void> silent_;
    net::HttpListener listener_;
    std::uint16_t port_ = 0;
};

inline int listening_socket(std::uint16_t& port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket, 8) != 0 ||
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("cannot listen");
    port = ntohs(address.sin_port);
    return socket;
}

// A port that was free a moment ago.
inline std::uint16_t port_of_nobody() {
    std::uint16_t port = 0;
    ::close(listening_socket(port));
    return port;
}

// Reads once from each connection, says what it was told to, and closes. A thread of its own.
class RawServer {
public:
    enum class Then { closes, reads_once_more, stays_silent };

    explicit RawServer(std::string says, Then then = Then::closes) :
        says_(std::move(says)), then_(then), listening_(listening_socket(port_)),
        thread_([this] { serve(); }) {}
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer() {
        ::shutdown(listening_, SHUT_RDWR);
        thread_.join();
        ::close(listening_);
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
    [[nodiscard]] std::size_t requests() const { return requests_; }

private:
    void serve() {
        for (int peer = 0; (peer = ::accept(listening_, nullptr, nullptr)) >= 0;) {
            talk_with(peer);
            ::close(peer);
        }
    }
    void talk_with(int peer) {
        if (!read_from(peer))
            return;
        for (std::string_view left = says_; !left.empty();) {
            const auto sent = ::send(peer, left.data(), left.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            left.remove_prefix(static_cast<std::size_t>(sent));
        }
        if (then_ == Then::reads_once_more)
            read_from(peer);
        while (then_ == Then::stays_silent && read_from(peer)) {
        }
    }
    bool read_from(int peer) {
        std::string bytes(65536, '\0');
        const bool came = ::recv(peer, bytes.data(), bytes.size(), 0) > 0;
        requests_ += came ? 1 : 0;
        return came;
    }

    const std::string says_;
    const Then then_;
    std::uint16_t port_ = 0;
    int listening_;
    std::atomic<std::size_t> requests_{0};
    std::thread thread_;
};

} // namespace dialproof::outgoing
