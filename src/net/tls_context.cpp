#include "net/tls_context.h"

#include "net/openssl.h"
#include "net/tls_ticket_keys.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

namespace dialproof::net {

namespace {

using Part = TlsFault::Part;

constexpr const char* ciphers_1_2 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* ciphers_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr int security_level = 2; // 112 bits: RSA of 2048, no SHA-1

void must(bool worked) {
    if (!worked)
        std::abort(); // OpenSSL without memory, or without what the lists above name
}

std::string openssl_says() {
    const auto error = ERR_peek_last_error();
    const char* reason = ERR_reason_error_string(error);
    ERR_clear_error();
    return reason != nullptr ? reason : "OpenSSL gives no reason";
}

tl::unexpected<TlsFault> wrong(Part part, std::string what) { return fail(TlsFault{part, std::move(what)}); }

Result<std::vector<X509Owned>, TlsFault> parse_certificates(const std::string& pem, Part part) {
    std::vector<X509Owned> all;
    const auto reader = reader_of(pem);
    ERR_clear_error();
    while (X509* one = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr))
        all.emplace_back(one);
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end)
        return wrong(part, "has a certificate that cannot be read: " + openssl_says());
    ERR_clear_error();
    if (all.empty())
        return wrong(part, "holds no PEM certificate");
    return all;
}

int note_passphrase_wanted(char*, int, int, void* wanted) {
    *static_cast<bool*>(wanted) = true;
    return -1;
}

Result<KeyOwned, TlsFault> parse_key(const Secret<std::string>& pem) {
    const auto reader = reader_of(pem.reveal());
    bool passphrase_wanted = false;
    ERR_clear_error();
    KeyOwned key(PEM_read_bio_PrivateKey(reader.get(), nullptr, note_passphrase_wanted, &passphrase_wanted));
    if (key)
        return key;
    if (passphrase_wanted)
        return wrong(Part::key,
                     "is protected by a passphrase, which nobody could enter here; keep it without "
                     "one: openssl pkey -in OLD -out NEW");
    return wrong(Part::key, "holds no PEM private key: " + openssl_says());
}

Instant expiry_of(const X509& certificate) {
    std::tm fields{};
    must(ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &fields) == 1);
    return std::chrono::time_point_cast<Milliseconds>(
        std::chrono::system_clock::from_time_t(timegm(&fields)));
}

// In the wire form of RFC 7301: each name after its length.
std::string alpn_list(const std::vector<std::string>& protocols) {
    std::string list;
    for (const auto& name : protocols)
        list += static_cast<char>(name.size()) + name;
    return list;
}

} // namespace

// What belongs to one set of credentials. Connections keep theirs alive.
struct TlsContext::State {
    explicit State(const std::vector<std::string>& protocols) : alpn(alpn_list(protocols)) {
        must(context != nullptr);
        SSL_CTX* const raw = context.get();
        SSL_CTX_set_app_data(raw, this);
        SSL_CTX_set_security_level(raw, security_level);
        must(SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1);
        must(SSL_CTX_set_cipher_list(raw, ciphers_1_2) == 1);
        must(SSL_CTX_set_ciphersuites(raw, ciphers_1_3) == 1);
        must(SSL_CTX_set1_groups_list(raw, groups) == 1);
        // A client without AES in its hardware asks for ChaCha20 first, and gets it.
        SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
        // Buffers go back while a connection is idle. A write that was begun goes on with a copy.
        SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_CTX_set_read_ahead(raw, 1);
        SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
        resume_by_tickets();
    }

    void resume_by_tickets() {
        SSL_CTX* const raw = context.get();
        constexpr std::string_view name = "dialproof";
        must(SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>(name.data()),
                                            static_cast<unsigned>(name.size())) == 1);
        SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_timeout(raw, TlsTicketKeys::key_time.count());
        must(SSL_CTX_set_tlsext_ticket_key_evp_cb(raw, ticket_key) == 1);
    }

    Result<void, TlsFault> use(const TlsCredentials& credentials);
    Result<void, TlsFault> ask_clients(const TlsCredentials& credentials);

    static const State& of(SSL* connection) {
        return *static_cast<State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
    }
    static int choose_protocol(SSL* connection, const unsigned char** chosen, unsigned char* length,
                               const unsigned char* offered, unsigned offered_length, void*);
    static int ticket_key(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                          EVP_MAC_CTX* mac, int sealing);

    SslContextOwned context{SSL_CTX_new(TLS_server_method())};
    const std::string alpn;
    mutable TlsTicketKeys tickets;
    Instant expires_at;
};

Result<void, TlsFault> TlsContext::State::use(const TlsCredentials& credentials) {
    SSL_CTX* const raw = context.get();
    const auto chain = parse_certificates(credentials.certificate, Part::certificate);
    if (!chain)
        return fail(chain.error());
    const auto key = parse_key(credentials.key);
    if (!key)
        return fail(key.error());
    X509* const own = chain->front().get();
    if (SSL_CTX_use_certificate(raw, own) != 1)
        return wrong(Part::certificate, "cannot be used: " + openssl_says());
    if (X509_check_private_key(own, key->get()) != 1) {
        ERR_clear_error();
        return wrong(Part::key, "is not the key of the certificate");
    }
    if (SSL_CTX_use_PrivateKey(raw, key->get()) != 1)
        return wrong(Part::key, "cannot be used: " + openssl_says());
    expires_at = expiry_of(*own);
    for (auto next = chain->begin() + 1; next != chain->end(); ++next) {
        if (SSL_CTX_add1_chain_cert(raw, next->get()) != 1)
            return wrong(Part::certificate, "has a certificate that cannot be used: " + openssl_says());
        expires_at = std::min(expires_at, expiry_of(**next));
    }
    return ask_clients(credentials);
}

Result<void, TlsFault> TlsContext::State::ask_clients(const TlsCredentials& credentials) {
    SSL_CTX* const raw = context.get();
    if (credentials.client_certificates == ClientCertificates::off)
        return {};
    const auto issuers = parse_certificates(credentials.client_ca, Part::client_ca);
    if (!issuers)
        return fail(issuers.error());
    for (const auto& issuer : *issuers) {
        must(X509_STORE_add_cert(SSL_CTX_get_cert_store(raw), issuer.get()) == 1);
        must(SSL_CTX_add_client_CA(raw, issuer.get()) == 1);
    }
    const bool required = credentials.client_certificates == ClientCertificates::required;
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    return {};
}

int TlsContext::State::choose_protocol(SSL* connection, const unsigned char** chosen, unsigned char* length,
                                       const unsigned char* offered, unsigned offered_length, void*) {
    const auto& ours = of(connection).alpn;
    unsigned char* found = nullptr;
    const int outcome =
        SSL_select_next_proto(&found, length, reinterpret_cast<const unsigned char*>(ours.data()),
                              static_cast<unsigned>(ours.size()), offered, offered_length);
    *chosen = found;
    // RFC 7301 section 3.2: no_application_protocol.
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// 1: go on; 2: go on, and give the client a new ticket; 0: no such key, so the handshake is a full one.
int TlsContext::State::ticket_key(SSL* connection, unsigned char* name, unsigned char* iv,
                                  EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) {
    auto& tickets = of(connection).tickets;
    TlsTicketKeys::Found found;
    if (sealing != 0) {
        found = {tickets.newest(), true};
        std::copy(found.key.name.begin(), found.key.name.end(), name);
        if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1)
            return -1;
    } else {
        TlsTicketKeys::Name wanted;
        std::copy_n(name, wanted.size(), wanted.begin());
        const auto known = tickets.find(wanted);
        if (!known)
            return 0;
        found = *known;
    }
    auto& key = found.key;
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 3> parameters{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac_key.data(), key.mac_key.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    const bool ready =
        EVP_MAC_CTX_set_params(mac, parameters.data()) == 1 &&
        EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher_key.data(), iv, sealing) == 1;
    wipe(&key, sizeof key);
    if (!ready)
        return -1;
    return found.is_newest ? 1 : 2;
}

TlsContext::TlsContext(std::vector<std::string> protocols, std::shared_ptr<State> state) :
    protocols_(std::move(protocols)), state_(std::move(state)) {}

TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>, TlsFault> TlsContext::make(const TlsCredentials& credentials,
                                                               std::vector<std::string> protocols) {
    auto state = std::make_shared<State>(protocols);
    if (const auto used = state->use(credentials); !used)
        return fail(used.error());
    return std::unique_ptr<TlsContext>(new TlsContext(std::move(protocols), std::move(state)));
}

Result<void, TlsFault> TlsContext::replace(const TlsCredentials& credentials) {
    auto state = std::make_shared<State>(protocols_);
    if (const auto used = state->use(credentials); !used)
        return fail(used.error());
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
    return {};
}

Instant TlsContext::expires_at() const {
    const std::lock_guard lock(mutex_);
    return state_->expires_at;
}

std::shared_ptr<ssl_ctx_st> TlsContext::current() const {
    const std::lock_guard lock(mutex_);
    return {state_, state_->context.get()};
}

} // namespace dialproof::net
