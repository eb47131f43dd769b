// A message authentication code under one key that is shared with other programs, such as the signers and
// readers of a JWT. Keys of our own are ports/keys.h.
#pragma once

#include "base/secret.h"
#include "core/code.h"

#include <string_view>

namespace dialproof::ports {

class Mac {
public:
    virtual ~Mac() = default;
    // HMAC-SHA-256 (RFC 2104). Safe from any thread, waits for none.
    [[nodiscard]] virtual Secret<core::MacBytes> of(std::string_view message) const = 0;
};

} // namespace dialproof::ports
