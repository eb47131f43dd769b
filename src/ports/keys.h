// The key set: numbered keys, of which the highest derives and seals what is new. An older one stays
// until nothing that it made is alive.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "core/code.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::ports {

class Keys {
public:
    virtual ~Keys() = default;

    [[nodiscard]] virtual std::uint32_t newest() const = 0;
    // All of them, newest first.
    [[nodiscard]] virtual std::vector<std::uint32_t> numbers() const = 0;

    // HMAC-SHA-256. Each purpose has its own subkey, so a MAC made for one means nothing for another.
    // Empty where the key set has no such key.
    [[nodiscard]] virtual std::optional<Secret<core::MacBytes>>
    mac(std::uint32_t key, std::string_view purpose, std::string_view message) const = 0;

    // AEAD: `context` must be the same when it is opened. The sealed text is printable ASCII.
    [[nodiscard]] virtual std::optional<std::string> seal(std::uint32_t key, std::string_view context,
                                                          const Secret<std::string>& text) const = 0;
    [[nodiscard]] virtual std::optional<Secret<std::string>> open(std::uint32_t key, std::string_view context,
                                                                  std::string_view sealed) const = 0;
};

} // namespace dialproof::ports
