// The table against libphonenumber, number by number: where it answers at all, it must say the same.
//
// This is compiled twice: numbering_test takes some numbers, numbering_parity millions. Each run draws
// others; a number that fails is printed with both answers.
#include "base/text.h"
#include "numbering/digit_pattern.h"
#include "numbering/e164_compiler.h"
#include "numbering/libphonenumber_plan.h"
#include "numbering/library_parse.h"
#include "numbering/metadata_table.h"
#include "numbering/test_answers.h"

#include <phonenumbers/phonemetadata.pb.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

namespace dialproof::numbering {
namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumberDesc;
using ports::Strictness;

#ifndef DIALPROOF_PARITY_NUMBERS
#define DIALPROOF_PARITY_NUMBERS 50'000
#endif
constexpr std::size_t numbers_each = DIALPROOF_PARITY_NUMBERS;
constexpr std::size_t odd_numbers = 10'000, odd_plans_each = numbers_each / 50'000;
constexpr std::chrono::seconds time_max{60}; // for one source of numbers, on a slow machine

const PhoneMetadataCollection& plans() {
    static const auto the_plans = [] {
        PhoneMetadataCollection collection;
        EXPECT_TRUE(
            collection.ParseFromArray(metadata_table().data(), static_cast<int>(metadata_table().size())));
        return collection;
    }();
    return the_plans;
}

std::vector<const PhoneNumberDesc*> descriptions_of(const PhoneMetadata& region) {
    return {&region.general_desc(), &region.fixed_line(),  &region.mobile(),   &region.toll_free(),
            &region.premium_rate(), &region.shared_cost(), &region.voip(),     &region.personal_number(),
            &region.pager(),        &region.uan(),         &region.voicemail()};
}

class Dice {
public:
    // 0 to n - 1
    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
    bool one_in(std::size_t n) { return below(n) == 0; }
    char digit() { return static_cast<char>('0' + below(10)); }
    template <class Container>
    const auto& one_of(const Container& container) {
        return container[below(container.size())];
    }

private:
    std::mt19937_64 engine_{std::random_device{}()};
};

// A text that the pattern matches.
std::string drawn_from(const DigitPattern& pattern, Dice& dice) {
    std::string text;
    switch (pattern.kind) {
    case DigitPattern::Kind::digit:
        do
            text = dice.digit();
        while ((pattern.digits >> (text[0] - '0') & 1U) == 0);
        break;
    case DigitPattern::Kind::sequence:
        for (const auto& part : pattern.parts)
            text += drawn_from(part, dice);
        break;
    case DigitPattern::Kind::choice:
        return drawn_from(dice.one_of(pattern.parts), dice);
    case DigitPattern::Kind::repeat:
        for (auto times = pattern.min + dice.below(pattern.max - pattern.min + 1); times > 0; --times)
            text += drawn_from(pattern.parts.front(), dice);
        break;
    case DigitPattern::Kind::end:
        break;
    }
    return text;
}

std::string drawn_from(const std::string& pattern, Dice& dice) {
    static std::map<std::string, DigitPattern> known;
    auto place = known.find(pattern);
    if (place == known.end()) {
        auto parsed = parse_digit_pattern(pattern);
        EXPECT_TRUE(parsed) << pattern;
        place = known.emplace(pattern, parsed.value_or(DigitPattern(DigitPattern::Kind::sequence))).first;
    }
    return drawn_from(place->second, dice);
}

std::string international(const PhoneMetadata& region, const std::string& national) {
    return '+' + std::to_string(region.country_code()) + national;
}

// Some digits changed, added or taken away.
std::string mutated(std::string text, Dice& dice) {
    const std::size_t changes = dice.below(4);
    switch (dice.below(5)) {
    case 0:
        break;
    case 1:
        for (std::size_t i = 0; i < changes; ++i)
            text[1 + dice.below(text.size() - 1)] = dice.digit();
        break;
    case 2:
        for (std::size_t i = 0; i < changes; ++i)
            text += dice.digit();
        break;
    case 3:
        for (std::size_t i = 0; i < changes; ++i)
            text.insert(1 + dice.below(text.size()), 1, dice.digit());
        break;
    case 4:
        for (std::size_t i = 0; i < changes && text.size() > 2; ++i)
            text.erase(1 + dice.below(text.size() - 1), 1);
        break;
    }
    return text;
}

std::string drawn_from(const PhoneMetadata& region, Dice& dice) {
    std::string national;
    const auto descriptions = descriptions_of(region);
    while (national.empty())
        national = drawn_from(dice.one_of(descriptions)->national_number_pattern(), dice);
    if (!region.national_prefix_for_parsing().empty() && dice.one_in(5))
        national = drawn_from(region.national_prefix_for_parsing(), dice) + national;
    if (region.has_leading_digits() && dice.one_in(10))
        national = drawn_from(region.leading_digits(), dice) + national.substr(national.size() / 2);
    return mutated(international(region, national), dice);
}

// The regions again and again.
const PhoneMetadata& region_of(const PhoneMetadataCollection& plans, std::size_t i) {
    return plans.metadata(static_cast<int>(i % static_cast<std::size_t>(plans.metadata_size())));
}

const PhoneMetadata& any_region(Dice& dice) { return region_of(plans(), dice.below(1000)); }

// Mostly none. Which one it is must not matter to these numbers, or else the table must not answer.
std::string default_region(Dice& dice) {
    static const std::vector<std::string> odd{"XX", "001", "ZZ", "us", "1"};
    if (!dice.one_in(4))
        return "";
    return dice.one_in(4) ? dice.one_of(odd) : any_region(dice).id();
}

std::string name_of(Strictness strictness) { return strictness == Strictness::valid ? "valid" : "possible"; }

// Compares until something differs.
class Comparison {
public:
    explicit Comparison(const E164Table& table) : table_(table) {}

    void compare(const std::string& text, const std::string& region) {
        for (const auto strictness : {Strictness::valid, Strictness::possible}) {
            Count& count = counts_[strictness];
            ++count.drawn;
            const auto answer = table_.find(text, region, strictness);
            if (!answer)
                continue;
            ++count.compared;
            count.numbers += answer->has_value() ? 1 : 0;
            const std::string ours = to_text(*answer),
                              theirs = to_text(parse_with_library(text, to_upper(region), strictness));
            if (ours != theirs)
                difference_ = text + " in \"" + region + "\", must be " + name_of(strictness) + ": " + ours +
                              ", but to libphonenumber " + theirs;
        }
    }
    // While all is the same, there is time, and the numbers are less than that many.
    [[nodiscard]] bool goes_on(std::size_t numbers) const {
        return difference_.empty() && counts_.at(Strictness::valid).drawn < numbers &&
               std::chrono::steady_clock::now() < until_;
    }

    [[nodiscard]] const std::string& difference() const { return difference_; }
    // Of a hundred numbers, how many the table leaves to libphonenumber.
    [[nodiscard]] double left_percent() const {
        const Count& count = counts_.at(Strictness::valid);
        return 100 - 100 * static_cast<double>(count.compared) / static_cast<double>(count.drawn);
    }
    [[nodiscard]] std::string summary() const {
        std::string text;
        for (const auto& [strictness, count] : counts_)
            text += name_of(strictness) + ": " + std::to_string(count.drawn) + " drawn, " +
                    std::to_string(count.compared) + " compared, " + std::to_string(count.numbers) +
                    " of these are numbers\n";
        return text;
    }

private:
    struct Count {
        std::size_t drawn = 0, compared = 0, numbers = 0;
    };

    const E164Table& table_;
    std::map<Strictness, Count> counts_{{Strictness::valid, {}}, {Strictness::possible, {}}};
    std::string difference_;
    std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now() + time_max;
};

class E164Parity : public ::testing::Test {
protected:
    static const E164Table& table() {
        static const E164Table the_table = [] {
            EXPECT_TRUE(LibphonenumberPlan::create()); // silences libphonenumber
            return compile_e164_table(metadata_table());
        }();
        return the_table;
    }
    // A table that left everything to libphonenumber would agree with it.
    void TearDown() override {
        std::fputs(comparison_.summary().c_str(), stdout);
        EXPECT_EQ(comparison_.difference(), "");
        EXPECT_LT(comparison_.left_percent(), 10);
    }

    Comparison comparison_{table()};
    Dice dice_;
};

void compare_numbers_like_those_of(const PhoneMetadataCollection& plans, Comparison& comparison,
                                   std::size_t numbers, Dice& dice) {
    for (std::size_t i = 0; comparison.goes_on(numbers); ++i)
        comparison.compare(drawn_from(region_of(plans, i), dice), default_region(dice));
}

TEST_F(E164Parity, OfNumbersLikeThoseOfThePlans) {
    compare_numbers_like_those_of(plans(), comparison_, numbers_each, dice_);
}

TEST_F(E164Parity, OfAnyDigitsBehindAnyCallingCode) {
    for (std::size_t i = 0; comparison_.goes_on(numbers_each); ++i) {
        std::string text = '+' + std::to_string(i % 1000);
        for (const std::size_t size = 1 + 4 + dice_.below(12); text.size() < size;)
            text += dice_.digit();
        comparison_.compare(text, default_region(dice_));
    }
}

TEST_F(E164Parity, OfExamplesOfEveryRegionAndType) {
    for (const auto& region : plans().metadata())
        for (const auto* description : descriptions_of(region))
            if (description->has_example_number()) {
                const std::string text = international(region, description->example_number());
                comparison_.compare(text, "");
                comparison_.compare(mutated(text, dice_), "");
            }
}

TEST_F(E164Parity, LeavesNoExampleOfAMobileNumber) {
    for (const auto& region : plans().metadata()) {
        if (!region.mobile().has_example_number())
            continue;
        const std::string text = international(region, region.mobile().example_number());
        comparison_.compare(text, "");
        EXPECT_EQ(comparison_.left_percent(), 0) << text;
    }
}

// What Google may say some day: other patterns, lengths, leading digits and national prefixes in each region.
PhoneMetadataCollection odd_plans(Dice& dice) {
    PhoneMetadataCollection odd = plans();
    for (PhoneMetadata& region : *odd.mutable_metadata()) {
        const std::vector<PhoneNumberDesc*> descriptions{
            region.mutable_fixed_line(),      region.mutable_mobile(),      region.mutable_toll_free(),
            region.mutable_premium_rate(),    region.mutable_shared_cost(), region.mutable_voip(),
            region.mutable_personal_number(), region.mutable_pager(),       region.mutable_uan(),
            region.mutable_voicemail()};
        for (PhoneNumberDesc* description : descriptions) {
            if (dice.one_in(3))
                *description = *dice.one_of(descriptions_of(region));
            if (dice.one_in(8))
                *description = *dice.one_of(descriptions_of(any_region(dice)));
            if (dice.one_in(3)) {
                description->clear_possible_length();
                for (int length = 4; length < 13; ++length)
                    if (!dice.one_in(3))
                        description->add_possible_length(length);
            }
        }
        if (dice.one_in(6))
            *region.mutable_general_desc() = any_region(dice).general_desc();
        if (dice.one_in(3))
            region.set_same_mobile_and_fixed_line_pattern(dice.one_in(2));
        if (dice.one_in(4))
            region.set_leading_digits(dice.one_in(2) ? "[1-5]" : "[2-7]\\d[0-6]");
        if (dice.one_in(4))
            region.clear_leading_digits();
        if (dice.one_in(3)) {
            const PhoneMetadata& other = any_region(dice);
            region.set_national_prefix_for_parsing(other.national_prefix_for_parsing());
            region.set_national_prefix_transform_rule(dice.one_in(4) ? other.national_prefix_transform_rule()
                                                                     : "");
        }
        if (dice.one_in(8))
            region.set_main_country_for_code(true);
    }
    return odd;
}

// libphonenumber reads its plans once, so this takes a process of its own.
bool agree_on_odd_plans() {
    Dice dice;
    const PhoneMetadataCollection odd = odd_plans(dice);
    if (!replace_metadata_table(odd.SerializeAsString()) || !LibphonenumberPlan::create())
        return false;
    const E164Table table = compile_e164_table(metadata_table());
    Comparison comparison(table);
    compare_numbers_like_those_of(odd, comparison, odd_numbers, dice);
    std::fprintf(stderr, "%s%s\n", comparison.summary().c_str(), comparison.difference().c_str());
    return comparison.difference().empty() && comparison.left_percent() < 50;
}

TEST(E164ParityDeathTest, OnOddPlans) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    for (std::size_t i = 0; i < odd_plans_each && !HasFailure(); ++i)
        EXPECT_EXIT(std::exit(agree_on_odd_plans() ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace dialproof::numbering
