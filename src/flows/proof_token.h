// What stands for a started proof between two calls of a client that keeps one opaque text: number and
// verification id, authenticated, in the three-part form of a JWT (RFC 7519, HS256) that clients know.
// Nothing in it leads to the code.
#pragma once

#include "core/ids.h"
#include "core/phone_number.h"
#include "ports/keys.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::flows {

class ProofToken {
public:
    // Longer texts are not read; a token of ours has about 200 bytes.
    static constexpr std::size_t bytes_max = 500;

    struct Content {
        core::PhoneNumber number;
        core::VerificationId id;
    };

    explicit ProofToken(const ports::Keys& keys) : keys_(keys) {}

    // Header {"alg":"HS256","kid":"<key number>","typ":"JWT"}, claims {"phone_number":"<E.164>",
    // "nonce":"<verification id>"}; each part base64url without padding.
    [[nodiscard]] std::string issue(const core::PhoneNumber& number, const core::VerificationId& id) const;

    // Nothing where the text was not issued with a key of this key set.
    [[nodiscard]] std::optional<Content> read(std::string_view token) const;

private:
    [[nodiscard]] std::optional<std::string> signature(std::uint32_t key, std::string_view signed_part) const;

    const ports::Keys& keys_;
};

} // namespace dialproof::flows
