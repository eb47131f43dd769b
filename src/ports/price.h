// What a text costs: a decimal as text and a currency. Money is never a floating-point number here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::ports {

struct Price {
    std::string amount;   // "0.0333": digits with at most one point among them
    std::string currency; // ISO 4217, such as "EUR"

    friend bool operator==(const Price&, const Price&) = default;
};

// As a provider or an operator writes it, an exponent ("6.45E-4") included. Nothing where the amount is no
// decimal of at most 15 digits, 9 of them after the point, or the currency no three capital letters.
std::optional<Price> parse_price(std::string_view amount, std::string_view currency);

// Nothing where the currencies differ, or the sum or product has more digits than a price may have.
std::optional<Price> sum(const Price& a, const Price& b);
std::optional<Price> product(const Price& one, unsigned count);

// "0.0333 EUR"
std::string to_text(const Price& price);

} // namespace dialproof::ports
