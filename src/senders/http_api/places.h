// What stands in the places of a template.
#pragma once

#include "ports/sender.h"
#include "ports/signatures.h"
#include "senders/http_api/http_api.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::senders {

// What values are made of, besides the text.
struct PlaceSources {
    const Secrets& secrets;
    const ports::Signatures& signatures;
    Instant now;
};

// Values by name. Those of `secret.`, `basic.`, `vonage_jwt.`, `if_gsm.` and `if_unicode.` are made when they
// are asked for.
class Places {
public:
    // Secrets and signatures outlive it.
    Places(const ports::OutgoingText& text, const HttpApi& api, const PlaceSources& sources);
    Places(const ports::UsedText& used, const PlaceSources& sources);
    Places(const std::vector<std::string>& references, const PlaceSources& sources);
    explicit Places(const PlaceSources& sources) : sources_(sources) {}

    // Nothing where there is no such place.
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

private:
    void set(std::string name, std::string value) {
        values_[std::move(name)] = Secret<std::string>(std::move(value));
    }

    [[nodiscard]] std::string secret(std::string_view name) const;
    [[nodiscard]] std::string value_of(std::string_view name) const;
    [[nodiscard]] std::string vonage_jwt(std::string_view application, std::string_view key) const;

    const PlaceSources sources_;
    Secrets values_;
    bool unicode_ = false;
};

using Encoding = std::function<std::string(std::string_view)>;

// `text` with its places filled, each value encoded. Nothing where it has places and all are empty; an
// unknown place is empty.
std::optional<std::string> filled(std::string_view text, const Places& places, const Encoding& encoding = {});

// The names of its places.
std::vector<std::string> places_in(std::string_view text);

} // namespace dialproof::senders
