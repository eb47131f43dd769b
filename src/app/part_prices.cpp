#include "app/part_prices.h"

#include "base/text.h"

namespace dialproof::app {

std::optional<std::pair<std::string, ports::Price>> parse_part_price(std::string_view text) {
    const auto words = split(text, ' ');
    if (words.size() != 2 && words.size() != 3)
        return {};
    const std::string country(words.size() == 3 ? words[0] : std::string_view());
    const auto price = ports::parse_price(words[words.size() - 2], words.back());
    const bool is_country = country.empty() || (country.size() == 2 && to_upper(country) == country);
    if (!price || !is_country || (words.size() == 3 && country.empty()))
        return {};
    return std::pair(country, *price);
}

std::string part_price_text(const PricesPerPart::value_type& entry) {
    return (entry.first.empty() ? "" : entry.first + " ") + to_text(entry.second);
}

std::optional<ports::Price> expected_cost(const PricesPerPart& prices, const std::string& country,
                                          unsigned parts) {
    auto found = prices.find(country);
    if (found == prices.end())
        found = prices.find("");
    if (found == prices.end())
        return {};
    return product(found->second, parts);
}

} // namespace dialproof::app
