// What a short message costs by a provider, as its operator has configured it: by country, or for all.
#pragma once

#include "flows/timeline.h"
#include "ports/price.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace dialproof::app {

// By ISO 3166-1 code; empty: of all countries that are not named.
using PricesPerPart = std::map<std::string, ports::Price>;

// "0.05 EUR", or "KZ 18 KZT" of one country.
std::optional<std::pair<std::string, ports::Price>> parse_part_price(std::string_view text);
std::string part_price_text(const PricesPerPart::value_type& entry);

// What so many parts cost there; nothing where no price is known.
std::optional<ports::Price> expected_cost(const PricesPerPart& prices, const std::string& country,
                                          unsigned parts);

// Adds an `expected_cost` to each try whose provider took the text, or may have, and told no price. By
// providers.
void add_expected_costs(flows::Timeline& timeline, const std::map<std::string, PricesPerPart>& prices);

} // namespace dialproof::app
