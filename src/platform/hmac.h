// HMAC-SHA-256 by OpenSSL, with the key set up once: that is most of what one costs.
#pragma once

#include "ports/mac.h"

#include <memory>

namespace dialproof::platform {

class Hmac final : public ports::Mac {
public:
    // Any key of at least one byte; it should have 32 random ones (RFC 7518 section 3.2).
    explicit Hmac(std::string_view key);
    ~Hmac() override;
    Hmac(Hmac&&) noexcept;
    Hmac& operator=(Hmac&&) noexcept;

    [[nodiscard]] Secret<core::MacBytes> of(std::string_view message) const override;

private:
    struct Context;

    std::unique_ptr<Context> keyed_;
};

} // namespace dialproof::platform
