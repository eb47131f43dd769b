// What a TLS listener shows and asks for. TLS 1.2 and 1.3 with ephemeral keys and AEAD alone, after Mozilla's
// "intermediate" and RFC 9325; so RFC 9113 section 9.2 holds too. No renegotiation, no compression, no early
// data. Sessions are resumed by tickets, on every loop.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "base/secret.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace dialproof::net {

enum class ClientCertificates { off, optional, required };

// PEM texts.
struct TlsCredentials {
    std::string certificate; // the server's own, then those that lead to the root
    Secret<std::string> key; // without a passphrase
    std::string client_ca;   // whose clients are let in; read where client certificates are asked for
    ClientCertificates client_certificates = ClientCertificates::off;
};

// `what` follows the name of the part: "is no PEM certificate".
struct TlsFault {
    enum class Part { certificate, key, client_ca };
    Part part;
    std::string what;
};

class TlsContext {
public:
    // `protocols` by their names in ALPN (RFC 7301), the one wanted most first.
    static Result<std::unique_ptr<TlsContext>, TlsFault> make(const TlsCredentials& credentials,
                                                              std::vector<std::string> protocols);
    ~TlsContext();

    // Handshakes that begin from now on have the new ones. Open connections stay as they are; a session from
    // before is not resumed, so no client is let in by a CA of before. A fault changes nothing. Any thread.
    Result<void, TlsFault> replace(const TlsCredentials& credentials);

    // Of the server's certificates the one that expires first. It may be over: that is for clients to mind.
    [[nodiscard]] Instant expires_at() const;

    // For the files of this folder. Keeps what it needs alive.
    [[nodiscard]] std::shared_ptr<ssl_ctx_st> current() const;

private:
    struct State;
    TlsContext(std::vector<std::string> protocols, std::shared_ptr<State> state);

    const std::vector<std::string> protocols_;
    mutable std::mutex mutex_;
    std::shared_ptr<State> state_;
};

} // namespace dialproof::net
