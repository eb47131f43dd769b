// What a provider says that a text costs.
#pragma once

#include "senders/http_api/http_api.h"
#include "wire/json.h"

#include <functional>
#include <optional>
#include <string>

namespace dialproof::senders {

// The text at a place, empty where there is none.
using TextAt = std::function<std::string(const std::string& place)>;

// Of one item; nothing where it says no price.
std::optional<ports::Price> price_at(const PriceShape& shape, const TextAt& text_at);

// Of a whole answer: where it has several items, what they cost together.
std::optional<ports::Price> price_in(const PriceShape& shape, const json::Value& whole);

} // namespace dialproof::senders
