#include "senders/http_api/api_price.h"

#include "http_sending/json_pointer.h"

namespace dialproof::senders {

std::optional<ports::Price> price_at(const PriceShape& shape, const TextAt& text_at) {
    if (shape.amount.empty())
        return {};
    const std::string amount = text_at(shape.amount);
    if (auto in_constant = ports::parse_price(amount, shape.currency))
        return in_constant;
    return ports::parse_price(amount, text_at(shape.currency));
}

std::optional<ports::Price> price_in(const PriceShape& shape, const json::Value& whole) {
    const auto of_item = [&shape](const json::Value& item) {
        return price_at(shape,
                        [&item](const std::string& place) { return http_sending::text_at(item, place); });
    };
    if (shape.list.empty())
        return of_item(whole);
    const auto* const place = http_sending::at(whole, shape.list);
    const auto* const items = place != nullptr ? place->as_array() : nullptr;
    if (items == nullptr || items->empty())
        return {};
    auto total = of_item(items->front());
    for (std::size_t i = 1; i < items->size() && total; ++i) {
        const auto next = of_item((*items)[i]);
        total = next ? sum(*total, *next) : std::nullopt;
    }
    return total;
}

} // namespace dialproof::senders
