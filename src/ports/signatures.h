// The digests with which providers sign requests and have them signed, under keys that they gave. Bytes in,
// bytes out; compare with `equal_in_constant_time`. Keys of our own are ports/keys.h.
#pragma once

#include "base/secret.h"

#include <string>
#include <string_view>

namespace dialproof::ports {

// Safe from any thread, waits for none.
class Signatures {
public:
    virtual ~Signatures() = default;

    // RFC 2104 with SHA-1 (20 bytes) or SHA-256 (32 bytes). A key may be empty: it then proves nothing.
    [[nodiscard]] virtual std::string hmac_sha1(const Secret<std::string>& key,
                                                std::string_view message) const = 0;
    [[nodiscard]] virtual std::string hmac_sha256(const Secret<std::string>& key,
                                                  std::string_view message) const = 0;
    // RFC 8017 section 8.2 (RSASSA-PKCS1-v1_5) with SHA-256, under a private key in PEM. Empty where that is
    // no RSA key of at least 2048 bits.
    [[nodiscard]] virtual std::string rsa_sha256(const Secret<std::string>& private_key,
                                                 std::string_view message) const = 0;
    // FIPS 180-4, 32 bytes.
    [[nodiscard]] virtual std::string sha256(std::string_view message) const = 0;
};

} // namespace dialproof::ports
