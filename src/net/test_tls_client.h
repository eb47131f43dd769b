// The blocking client of test_client.h, under TLS. OpenSSL gets its bytes from us, so that a test can cut
// them.
#pragma once

#include "net/openssl.h"
#include "net/test_certificate.h"
#include "net/test_client.h"

#include <limits>
#include <memory>
#include <string>

#include <openssl/err.h>

namespace dialproof::net {

using TlsSession = std::shared_ptr<SSL_SESSION>;

struct TestTlsWish {
    int version = 0; // the only one; 0: any
    std::string protocols;
    const char* ciphers = nullptr; // of TLS 1.2
    TestCertificate certificate;
    TlsSession session;
    std::size_t slice = std::numeric_limits<std::size_t>::max(); // bytes sent at once
};

class TestTlsClient final : public TestClient {
public:
    explicit TestTlsClient(std::uint16_t port, const TestTlsWish& wish = {}) :
        TestClient(port), slice_(wish.slice), context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_security_level(context_.get(), 0); // what is too old is for the server to refuse
        SSL_CTX_set_min_proto_version(context_.get(), wish.version);
        SSL_CTX_set_max_proto_version(context_.get(), wish.version);
        if (wish.ciphers != nullptr)
            SSL_CTX_set_cipher_list(context_.get(), wish.ciphers);
        if (!wish.certificate.key.empty())
            use_certificate(wish.certificate);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        if (!wish.protocols.empty())
            SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(wish.protocols.data()),
                                static_cast<unsigned>(wish.protocols.size()));
        if (wish.session) { // a copy: OpenSSL spoils it when a connection ends without close_notify
            const std::unique_ptr<SSL_SESSION, Release<SSL_SESSION_free>> own(
                SSL_SESSION_dup(wish.session.get()));
            SSL_set_session(ssl_.get(), own.get());
        }
        SSL_set_connect_state(ssl_.get());
    }

    bool shake_hands() {
        return drive([this] { return SSL_do_handshake(ssl_.get()); }) == 1;
    }
    // The reason of the last failure; the server's alert, if it sent one.
    [[nodiscard]] const std::string& why() const { return why_; }

    [[nodiscard]] std::string protocol() const {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(ssl_.get(), &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
    [[nodiscard]] std::string server_name() const {
        const X509Owned certificate(SSL_get1_peer_certificate(ssl_.get()));
        std::array<char, 100> name{};
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                                  static_cast<int>(name.size()));
        return name.data();
    }
    // With TLS 1.3 it can be resumed once an answer was read.
    [[nodiscard]] TlsSession session() const { return {SSL_get1_session(ssl_.get()), SSL_SESSION_free}; }
    [[nodiscard]] bool was_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

    bool renegotiate() {
        SSL_renegotiate(ssl_.get());
        return drive([this] { return SSL_do_handshake(ssl_.get()); }) == 1 &&
               SSL_renegotiate_pending(ssl_.get()) == 0;
    }
    void close_notify() {
        drive([this] { return SSL_shutdown(ssl_.get()) >= 0 ? 1 : -1; });
    }
    // True when the other side says close_notify, and no other byte before it.
    bool ends_well() { return ends() && (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
    bool send_in_clear(std::string_view bytes) const { return TestClient::transmit(bytes); } // NOLINT
    // What a client of this wish says first.
    std::string hello() {
        SSL_do_handshake(ssl_.get());
        char* text = nullptr;
        const auto size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &text);
        return {text, static_cast<std::size_t>(size)};
    }

protected:
    bool transmit(std::string_view bytes) const override {
        const auto sent = drive(
            [this, bytes] { return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())); });
        return sent == static_cast<int>(bytes.size());
    }
    ssize_t receive(char* room, std::size_t size) const override {
        return drive([=, this] { return SSL_read(ssl_.get(), room, static_cast<int>(size)); });
    }

private:
    void use_certificate(const TestCertificate& own) {
        const X509Owned certificate(
            PEM_read_bio_X509(reader_of(own.certificate).get(), nullptr, nullptr, nullptr));
        const KeyOwned key(PEM_read_bio_PrivateKey(reader_of(own.key).get(), nullptr, nullptr, nullptr));
        SSL_CTX_use_certificate(context_.get(), certificate.get());
        SSL_CTX_use_PrivateKey(context_.get(), key.get());
    }

    template <typename Operation>
    int drive(Operation operation) const {
        for (;;) {
            ERR_clear_error();
            const int result = operation();
            const int error = SSL_get_error(ssl_.get(), result);
            if (const char* reason = ERR_reason_error_string(ERR_peek_error()))
                why_ = reason;
            flush();
            if (result > 0 || error != SSL_ERROR_WANT_READ)
                return result;
            std::array<char, 65536> part{};
            const auto got = TestClient::receive(part.data(), part.size());
            if (got <= 0)
                return static_cast<int>(got);
            BIO_write(SSL_get_rbio(ssl_.get()), part.data(), static_cast<int>(got));
        }
    }
    void flush() const {
        char* text = nullptr;
        const auto size = static_cast<std::size_t>(BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &text));
        for (std::string_view left(text, size); !left.empty();) {
            const auto part = left.substr(0, slice_);
            if (!TestClient::transmit(part))
                break;
            left.remove_prefix(part.size());
        }
        (void)BIO_reset(SSL_get_wbio(ssl_.get()));
    }

    const std::size_t slice_;
    SslContextOwned context_;
    std::unique_ptr<SSL, Release<SSL_free>> ssl_;
    mutable std::string why_;
};

} // namespace dialproof::net
