#include "numbering/number_cache.h"

#include <gtest/gtest.h>

namespace dialproof::numbering {
namespace {

using ports::NumberError;
using ports::Strictness;

ParsedNumber facts(const std::string& e164) {
    return core::NumberFacts{*core::PhoneNumber::parse(e164), core::NumberType::mobile, "CH"};
}

TEST(NumberCache, FindsWhatItRemembers) {
    NumberCache cache;
    EXPECT_FALSE(cache.find("079", "CH", Strictness::valid).has_value());
    cache.remember("079", "CH", Strictness::valid, facts("+41791234567"));
    cache.remember("x", "", Strictness::valid, fail(NumberError::not_a_number));
    const auto found = cache.find("079", "CH", Strictness::valid);
    ASSERT_TRUE(found && found->has_value());
    EXPECT_EQ((*found)->number.e164(), "+41791234567");
    EXPECT_EQ((*found)->region, "CH");
    const auto refused = cache.find("x", "", Strictness::valid);
    ASSERT_TRUE(refused && !refused->has_value());
    EXPECT_EQ(refused->error(), NumberError::not_a_number);
}

TEST(NumberCache, KeepsRegionsAndStrictnessApart) {
    NumberCache cache;
    cache.remember("079", "CH", Strictness::valid, facts("+41791234567"));
    EXPECT_FALSE(cache.find("079", "DE", Strictness::valid).has_value());
    EXPECT_FALSE(cache.find("079", "CH", Strictness::possible).has_value());
    EXPECT_FALSE(cache.find("0791", "CH", Strictness::valid).has_value());
}

TEST(NumberCache, TakesTheNewerAnswer) {
    NumberCache cache;
    cache.remember("079", "CH", Strictness::valid, fail(NumberError::not_valid));
    cache.remember("079", "CH", Strictness::valid, facts("+41791234567"));
    EXPECT_TRUE(cache.find("079", "CH", Strictness::valid)->has_value());
}

TEST(NumberCache, KeepsABoundedNumberAndDropsWhatIsLeastUsed) {
    NumberCache cache;
    cache.remember("often", "", Strictness::valid, facts("+41791234567"));
    const std::size_t many = 3 * NumberCache::entries_max;
    for (std::size_t i = 0; i < many; ++i) {
        cache.remember(std::to_string(i), "", Strictness::valid, facts("+41791234567"));
        ASSERT_TRUE(cache.find("often", "", Strictness::valid).has_value());
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < many; ++i)
        kept += cache.find(std::to_string(i), "", Strictness::valid) ? 1 : 0;
    EXPECT_LE(kept, NumberCache::entries_max);
    EXPECT_GT(kept, NumberCache::entries_max / 2);
}

TEST(NumberCache, DoesNotKeepLongTexts) {
    NumberCache cache;
    const std::string fits(NumberCache::text_bytes_max, '1'), longer = fits + '1';
    cache.remember(fits, "", Strictness::valid, fail(NumberError::not_valid));
    cache.remember(longer, "", Strictness::valid, fail(NumberError::not_valid));
    EXPECT_TRUE(cache.find(fits, "", Strictness::valid).has_value());
    EXPECT_FALSE(cache.find(longer, "", Strictness::valid).has_value());
}

} // namespace
} // namespace dialproof::numbering
