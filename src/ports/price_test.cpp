#include "ports/price.h"

#include <gtest/gtest.h>

namespace dialproof::ports {
namespace {

std::string amount(std::string_view text) {
    const auto price = parse_price(text, "EUR");
    return price ? price->amount : "none";
}

TEST(Price, KeepsEachDigitThatWasWritten) {
    EXPECT_EQ(amount("0.03330000"), "0.03330000");
    EXPECT_EQ(amount("18"), "18");
    EXPECT_EQ(amount("007.50"), "7.50");
    EXPECT_EQ(amount("1."), "1");
    EXPECT_EQ(to_text(*parse_price("0.05", "KZT")), "0.05 KZT");
}

TEST(Price, IsReadFromAnExponentToo) {
    EXPECT_EQ(amount("6.45E-4"), "0.000645");
    EXPECT_EQ(amount("1.5e+2"), "150");
    EXPECT_EQ(amount("0.0E-15"), "0.000000000");
}

TEST(Price, LosesWhatFloatingPointAdded) {
    EXPECT_EQ(amount("0.019350000000000003"), "0.019350000");
    EXPECT_EQ(amount("0.09999999999999999"), "0.100000000");
    EXPECT_EQ(amount("0.1234567891"), "0.123456789");
}

TEST(Price, IsNothingElse) {
    for (const auto* text : {"", ".", ".5", "-1", "+1", "1,5", "1.2.3", "0x1", "1e", "1e99", "1e-15", "free",
                             "1234567890123456", "0.00000000000000000000000000000000000000001"})
        EXPECT_EQ(amount(text), "none") << text;
    for (const auto* currency : {"", "EU", "eur", "EURO", "E1R"})
        EXPECT_FALSE(parse_price("1", currency)) << currency;
}

TEST(Price, AddsUpAndMultipliesExactly) {
    const Price tenth{"0.1", "EUR"}, fine{"0.20000001", "EUR"};
    EXPECT_EQ(sum(tenth, fine), (Price{"0.30000001", "EUR"}));
    EXPECT_EQ(product(tenth, 3), (Price{"0.3", "EUR"}));
    EXPECT_EQ(product({"12.5", "KZT"}, 2), (Price{"25.0", "KZT"}));
    EXPECT_FALSE(sum(tenth, {"1", "USD"}));
    EXPECT_FALSE(product({"999999999999999", "EUR"}, 2));
    EXPECT_FALSE(sum({"999999999999999", "EUR"}, {"1", "EUR"}));
}

} // namespace
} // namespace dialproof::ports
