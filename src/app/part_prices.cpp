#include "app/part_prices.h"

#include "base/text.h"

#include <cstdint>
#include <variant>

namespace dialproof::app {

namespace {

std::string text_in(const flows::TimelineStep& step, std::string_view name) {
    for (const auto& detail : step.details)
        if (const auto* text = std::get_if<std::string>(&detail.value); text && detail.name == name)
            return *text;
    return {};
}

unsigned parts_of(const flows::TimelineStep& step) {
    for (const auto& detail : step.details)
        if (const auto* count = std::get_if<std::uint64_t>(&detail.value); count && detail.name == "parts")
            return static_cast<unsigned>(*count);
    return 0;
}

// Refusals are not billed.
bool may_be_billed(const flows::TimelineStep& step) {
    const auto outcome = text_in(step, "outcome");
    return step.what == "message_tried" && (outcome == "accepted" || outcome == "unknown");
}

} // namespace

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

void add_expected_costs(flows::Timeline& timeline, const std::map<std::string, PricesPerPart>& prices) {
    std::string country;
    for (auto& step : timeline.steps) {
        if (step.what == "verification_started")
            country = text_in(step, "country");
        const auto of_provider = prices.find(text_in(step, "provider"));
        if (!may_be_billed(step) || of_provider == prices.end() || !text_in(step, "price").empty())
            continue;
        if (const auto cost = expected_cost(of_provider->second, country, parts_of(step)))
            step.details.push_back({"expected_cost", to_text(*cost)});
    }
}

} // namespace dialproof::app
