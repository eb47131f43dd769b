// MACs and sealing with a numbered key set, by OpenSSL.
//
// No key of the set is used itself: each purpose has a subkey HMAC-SHA-256(key, "dialproof" 0x00 purpose),
// and so has sealing, HMAC-SHA-256(key, "dialproof seal"). That is HKDF's expansion (RFC 5869 section 2.3)
// reduced to one block of output, which fits because the keys are uniformly random already.
//
// A sealed text is "1." and base64url(nonce, ciphertext, tag) of AES-256-GCM with a random nonce of 96 bits;
// its context is authenticated with it. One key may so seal some 2^32 texts (NIST SP 800-38D section 8.3).
#pragma once

#include "platform/key_set.h"
#include "ports/keys.h"

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace dialproof::platform {

inline constexpr std::size_t sealed_text_bytes_max = 64 * 1024;

class KeyRing final : public ports::Keys {
public:
    // `keys` has at least one.
    explicit KeyRing(const KeySet& keys);
    ~KeyRing() override;

    [[nodiscard]] std::uint32_t newest() const override;
    [[nodiscard]] std::vector<std::uint32_t> numbers() const override;
    [[nodiscard]] std::optional<Secret<core::MacBytes>> mac(std::uint32_t key, std::string_view purpose,
                                                            std::string_view message) const override;
    [[nodiscard]] std::optional<std::string> seal(std::uint32_t key, std::string_view context,
                                                  const Secret<std::string>& text) const override;
    [[nodiscard]] std::optional<Secret<std::string>> open(std::uint32_t key, std::string_view context,
                                                          std::string_view sealed) const override;

private:
    struct RingKey;

    [[nodiscard]] RingKey* find(std::uint32_t key) const;

    std::map<std::uint32_t, std::unique_ptr<RingKey>> keys_;
};

} // namespace dialproof::platform
