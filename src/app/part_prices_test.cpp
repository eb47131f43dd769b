#include "app/part_prices.h"

#include <gtest/gtest.h>

namespace dialproof::app {
namespace {

TEST(PartPrices, AreOfOneCountryOrOfAllOthers) {
    PricesPerPart prices;
    for (const auto* text : {"0.05 EUR", "KZ 18.5 KZT"}) {
        const auto parsed = parse_part_price(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(part_price_text(*parsed), text);
        prices.insert(*parsed);
    }
    EXPECT_EQ(expected_cost(prices, "KZ", 2), (ports::Price{"37.0", "KZT"}));
    EXPECT_EQ(expected_cost(prices, "CH", 3), (ports::Price{"0.15", "EUR"}));
    prices.erase("");
    EXPECT_FALSE(expected_cost(prices, "CH", 1)) << "nobody said what it costs there";
}

TEST(PartPrices, AreExpectedOfTriesThatToldNone) {
    const auto tried = [](const std::string& provider, const std::string& outcome, const std::string& price) {
        flows::TimelineStep step{
            Instant(), "message_tried", "", {{"provider", provider}, {"parts", std::uint64_t{2}}}};
        step.details.push_back({"outcome", outcome});
        if (!price.empty())
            step.details.push_back({"price", price});
        return step;
    };
    flows::Timeline timeline;
    timeline.steps = {{Instant(), "verification_started", "", {{"country", std::string("KZ")}}},
                      tried("acme", "accepted", ""),
                      tried("acme", "unknown", ""),
                      tried("acme", "accepted", "19 KZT"),
                      tried("acme", "refused", ""),
                      tried("other", "accepted", "")};
    add_expected_costs(timeline, {{"acme", {{"", {"0.05", "EUR"}}, {"KZ", {"18", "KZT"}}}}});
    std::vector<std::string> costs;
    for (const auto& step : timeline.steps)
        costs.push_back(step.details.back().name == "expected_cost"
                            ? std::get<std::string>(step.details.back().value)
                            : "");
    EXPECT_EQ(costs, (std::vector<std::string>{"", "36 KZT", "36 KZT", "", "", ""}));
}

TEST(PartPrices, AreNothingElse) {
    for (const auto* text :
         {"", "0.05", "0.05EUR", "0.05 eur", "kz 18 KZT", " 18 KZT", "KAZ 18 KZT", "KZ 18 KZT x"})
        EXPECT_FALSE(parse_part_price(text)) << text;
}

} // namespace
} // namespace dialproof::app
