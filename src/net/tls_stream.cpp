#include "net/tls_stream.h"

#include "net/openssl.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <openssl/err.h>
#include <sys/socket.h>

namespace dialproof::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;

int send_some(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(static_cast<int>(BIO_get_fd(bio, nullptr)), bytes,
                             static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

// OpenSSL's own for sockets, but that a client who is gone sends the process no SIGPIPE.
BIO_METHOD* socket_method() {
    static BIO_METHOD* const method = [] {
        const BIO_METHOD* const plain = BIO_s_socket();
        BIO_METHOD* const made =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket");
        if (made == nullptr)
            std::abort();
        BIO_meth_set_read(made, BIO_meth_get_read(plain));
        BIO_meth_set_write(made, send_some);
        BIO_meth_set_ctrl(made, BIO_meth_get_ctrl(plain));
        BIO_meth_set_create(made, BIO_meth_get_create(plain));
        BIO_meth_set_destroy(made, BIO_meth_get_destroy(plain));
        return made;
    }();
    return method;
}

} // namespace

void TlsStream::Free::operator()(ssl_st* stream) const { SSL_free(stream); }

TlsStream::TlsStream(std::shared_ptr<ssl_ctx_st> context, int socket) :
    context_(std::move(context)), ssl_(SSL_new(context_.get())) {
    BIO* const bio = BIO_new(socket_method());
    if (!ssl_ || bio == nullptr)
        std::abort();
    BIO_set_fd(bio, socket, BIO_NOCLOSE);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

TlsStream::~TlsStream() = default;

TlsStream::Step TlsStream::step_after(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
        return Step::done;
    case SSL_ERROR_WANT_READ:
        return Step::wants_read;
    case SSL_ERROR_WANT_WRITE:
        return Step::wants_write;
    case SSL_ERROR_ZERO_RETURN: // close_notify; what we have to say may still be said
        return Step::over;
    default:
        over_ = true;
        return Step::over;
    }
}

TlsStream::Step TlsStream::shake_hands() {
    if (over_)
        return Step::over;
    ERR_clear_error();
    const auto step = step_after(SSL_do_handshake(ssl_.get()));
    const auto reason = ERR_GET_REASON(ERR_peek_error());
    spoken_to_in_clear_ =
        step == Step::over && (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST);
    return step;
}

bool TlsStream::nothing_came() const { return BIO_number_read(SSL_get_rbio(ssl_.get())) == 0; }

std::string_view TlsStream::alpn() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

TlsStream::Step TlsStream::read(std::span<char> room, std::size_t& bytes) {
    bytes = 0;
    if (over_)
        return Step::over;
    ERR_clear_error();
    return step_after(SSL_read_ex(ssl_.get(), room.data(), room.size(), &bytes));
}

bool TlsStream::has_pending() const { return !over_ && SSL_has_pending(ssl_.get()) == 1; }

TlsStream::Step TlsStream::write(const Parts& parts, std::size_t& bytes) {
    bytes = 0;
    if (over_)
        return Step::over;
    ERR_clear_error();
    const auto [head, body] = parts;
    if (head.size() == 0)
        return step_after(SSL_write_ex(ssl_.get(), body.data(), body.size(), &bytes));
    // One record, and so mostly one packet, for both.
    std::array<char, record_bytes_max> record; // NOLINT(*-member-init): as far as it is used it is written
    const auto size = asio::buffer_copy(asio::buffer(record), parts);
    return step_after(SSL_write_ex(ssl_.get(), record.data(), size, &bytes));
}

void TlsStream::end_writing() {
    if (over_ || SSL_is_init_finished(ssl_.get()) == 0)
        return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void TlsStream::close() {
    end_writing();
    over_ = true;
}

} // namespace dialproof::net
