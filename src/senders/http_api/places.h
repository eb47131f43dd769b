// What stands in the places of a template.
#pragma once

#include "ports/sender.h"
#include "senders/http_api/http_api.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::senders {

// Values by name. Those of `secret.`, `basic.`, `if_gsm.` and `if_unicode.` are made when they are asked for.
class Places {
public:
    // `secrets` outlive it.
    Places(const ports::OutgoingText& text, const HttpApi& api, const Secrets& secrets, Instant now);
    Places(const ports::UsedText& used, const Secrets& secrets);
    explicit Places(const Secrets& secrets) : secrets_(secrets) {}

    // Nothing where there is no such place.
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

private:
    void set(std::string name, std::string value) {
        values_[std::move(name)] = Secret<std::string>(std::move(value));
    }

    const Secrets& secrets_;
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
