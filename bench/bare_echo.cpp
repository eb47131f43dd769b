// Answers every request with one small constant and nothing around it: one thread, epoll, no limits, no
// timers. The floor of each transport.
//
//   bare_echo http1|http2 [CERTIFICATE KEY]      with files: under TLS
//
// In HTTP/1.1 what comes in one piece is taken for one request; HTTP/2 is read by nghttp2.
#include "bench/echo_answer.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace dialproof::bench;

struct Options {
    bool http2 = false;
    SSL_CTX* tls = nullptr;
};

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* ours) {
    const auto& protocol = *static_cast<const std::string*>(ours);
    return SSL_select_next_proto(const_cast<unsigned char**>(chosen), size,
                                 reinterpret_cast<const unsigned char*>(protocol.data()),
                                 static_cast<unsigned>(protocol.size()), offered,
                                 offered_size) == OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SSL_CTX* make_tls(const char* certificate, const char* key, bool http2) {
    static const std::string protocol = http2 ? "\x02h2" : "\x08http/1.1";
    SSL_CTX* tls = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1)
        std::abort();
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, const_cast<std::string*>(&protocol));
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return tls;
}

// One socket that does not block, in the clear or under TLS.
class Connection {
public:
    Connection(int socket, const Options& options) : socket_(socket) {
        if (options.tls != nullptr) {
            ssl_ = SSL_new(options.tls);
            SSL_set_fd(ssl_, socket);
            SSL_set_accept_state(ssl_);
        }
        if (options.http2)
            begin_http2();
    }
    ~Connection() {
        nghttp2_session_del(session_);
        SSL_free(ssl_);
        ::close(socket_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Takes what has come and sends what is due. False once it is over.
    bool serve() {
        std::array<char, 16 * 1024> room{};
        for (;;) {
            const auto size = read(room);
            if (size == 0)
                return false;
            if (size < 0)
                return flush();
            if (session_ == nullptr)
                output_ += http1_answer();
            else if (nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(room.data()),
                                              static_cast<std::size_t>(size)) < 0)
                return false;
        }
    }

private:
    static const std::string& http1_answer() {
        static const std::string answer =
            "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(answer_body.size()) + "\r\n\r\n" +
            std::string(answer_body);
        return answer;
    }

    // Bytes, 0 at the end, less where there is nothing yet.
    ssize_t read(std::array<char, 16 * 1024>& room) {
        if (ssl_ == nullptr) {
            const auto size = ::recv(socket_, room.data(), room.size(), MSG_DONTWAIT);
            return size < 0 && errno != EAGAIN ? 0 : size;
        }
        const int size = SSL_read(ssl_, room.data(), static_cast<int>(room.size()));
        return size <= 0 && SSL_get_error(ssl_, size) != SSL_ERROR_WANT_READ ? 0 : size <= 0 ? -1 : size;
    }
    ssize_t write(std::string_view bytes) {
        return ssl_ == nullptr ? ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
                               : SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    }
    // What the socket does not take at once leaves with the next request: the client has others under way.
    bool flush() {
        const std::uint8_t* bytes = nullptr;
        if (session_ != nullptr)
            for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &bytes)) > 0;)
                output_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        while (!output_.empty()) {
            const auto written = write(output_);
            if (written <= 0)
                break;
            output_.erase(0, static_cast<std::size_t>(written));
        }
        return session_ == nullptr || nghttp2_session_want_read(session_) != 0;
    }

    void begin_http2() {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
        nghttp2_session_server_new(&session_, callbacks, nullptr);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    }
    static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void*) {
        const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (!ends || (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS))
            return 0;
        static std::string name = ":status", value = "200";
        const nghttp2_nv status{reinterpret_cast<std::uint8_t*>(name.data()),
                                reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                                NGHTTP2_NV_FLAG_NONE};
        nghttp2_data_provider body{};
        body.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* room, std::size_t,
                                std::uint32_t* flags, nghttp2_data_source*, void*) {
            *flags |= NGHTTP2_DATA_FLAG_EOF;
            return static_cast<ssize_t>(answer_body.copy(reinterpret_cast<char*>(room), answer_body.size()));
        };
        return nghttp2_submit_response(session, frame->hd.stream_id, &status, 1, &body);
    }

    int socket_;
    SSL* ssl_ = nullptr;
    nghttp2_session* session_ = nullptr;
    std::string output_;
};

int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::abort();
    say_ready(ntohs(address.sin_port));
    return listener;
}

// Ends with a signal.
[[noreturn]] void serve(const Options& options) {
    const int listener = listen_on_loopback();
    const int poll = epoll_create1(0);
    const auto watch = [poll](int socket, Connection* connection) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = connection;
        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
    };
    watch(listener, nullptr);
    std::array<epoll_event, 256> events{};
    for (;;) {
        const int count = epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            auto* connection = static_cast<Connection*>(events.at(static_cast<std::size_t>(i)).data.ptr);
            if (connection == nullptr) {
                const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
                const int on = 1;
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(accepted, std::make_unique<Connection>(accepted, options).release());
            } else if (!connection->serve()) {
                delete connection;
            }
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view protocol = argc > 1 ? argv[1] : "";
    if ((protocol != "http1" && protocol != "http2") || (argc != 2 && argc != 4)) {
        std::fputs("bare_echo http1|http2 [CERTIFICATE KEY]\n", stderr);
        return 2;
    }
    Options options;
    options.http2 = protocol == "http2";
    if (argc == 4)
        options.tls = make_tls(argv[2], argv[3], options.http2);
    serve(options);
}
