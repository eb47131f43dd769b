// Digests by OpenSSL.
#pragma once

#include "ports/signatures.h"

namespace dialproof::platform {

class OpensslSignatures final : public ports::Signatures {
public:
    [[nodiscard]] std::string hmac_sha1(const Secret<std::string>& key,
                                        std::string_view message) const override;
    [[nodiscard]] std::string hmac_sha256(const Secret<std::string>& key,
                                          std::string_view message) const override;
    [[nodiscard]] std::string rsa_sha256(const Secret<std::string>& private_key,
                                         std::string_view message) const override;
    [[nodiscard]] std::string sha256(std::string_view message) const override;
};

} // namespace dialproof::platform
