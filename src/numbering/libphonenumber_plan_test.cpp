#include "numbering/libphonenumber_plan.h"

#include "numbering/metadata.h"
#include "numbering/metadata_table.h"
#include "numbering/test_answers.h"

#include <phonenumbers/phonenumberutil.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <thread>

namespace dialproof::numbering {
namespace {

using core::NumberType;
using ports::Strictness;

const LibphonenumberPlan& plan() {
    static const auto the_plan = LibphonenumberPlan::create().value();
    return *the_plan;
}

std::string parsed(std::string_view text, std::string_view region = "",
                   Strictness strictness = Strictness::valid) {
    return to_text(plan().parse(text, region, strictness));
}

TEST(LibphonenumberPlan, ReadsNumbersOfManyCountries) {
    EXPECT_EQ(parsed("+13478379634"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("+41791234567"), "+41791234567 mobile CH");
    EXPECT_EQ(parsed("+77078275615"), "+77078275615 mobile KZ");
    EXPECT_EQ(parsed("+79161234567"), "+79161234567 mobile RU");
    EXPECT_EQ(parsed("+447400123456"), "+447400123456 mobile GB");
    EXPECT_EQ(parsed("+447911123456"), "+447911123456 mobile GG");
    EXPECT_EQ(parsed("+442071838750"), "+442071838750 fixed_line GB");
    EXPECT_EQ(parsed("+263712345678"), "+263712345678 mobile ZW");
    EXPECT_EQ(parsed("+4915112345678"), "+4915112345678 mobile DE");
    EXPECT_EQ(parsed("+918076512345"), "+918076512345 fixed_line_or_mobile IN");
    EXPECT_EQ(parsed("+8613812345678"), "+8613812345678 mobile CN");
    EXPECT_EQ(parsed("+5511987654321"), "+5511987654321 mobile BR");
    EXPECT_EQ(parsed("+390612345678"), "+390612345678 fixed_line IT") << "keeps the zero";
    EXPECT_EQ(parsed("+12423591234"), "+12423591234 mobile BS");
    EXPECT_EQ(parsed("+80012345678"), "+80012345678 toll_free 001");
    EXPECT_EQ(parsed("+19002345678"), "+19002345678 premium_rate US");
    EXPECT_EQ(parsed("+447012345678"), "+447012345678 personal_number GB");
    EXPECT_EQ(parsed("+41840123456"), "+41840123456 shared_cost CH");
}

TEST(LibphonenumberPlan, ReadsWhatPeopleWrite) {
    EXPECT_EQ(parsed("+1 (347) 837-9634"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("tel:+13478379634"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("tel:+1-347-837-9634;ext=12"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("  +1.347.837.9634 "), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("+41 79 123 45 67 ext. 3"), "+41791234567 mobile CH");
    EXPECT_EQ(parsed("+13478379634x12"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("\xEF\xBC\x8B"
                     "41 79 123 45 67"),
              "+41791234567 mobile CH");
    EXPECT_EQ(parsed("+1 800 FLOWERS"), "+18003569377 toll_free US");
    EXPECT_EQ(parsed("+41 (0)79 123 45 67"), "+41791234567 mobile CH");
}

TEST(LibphonenumberPlan, ReadsNationalFormsOfTheDefaultRegion) {
    EXPECT_EQ(parsed("0791234567", "CH"), "+41791234567 mobile CH");
    EXPECT_EQ(parsed("0791234567", "ch"), "+41791234567 mobile CH");
    EXPECT_EQ(parsed("0041791234567", "CH"), "+41791234567 mobile CH");
    EXPECT_EQ(parsed("8 707 827 5615", "KZ"), "+77078275615 mobile KZ");
    EXPECT_EQ(parsed("(347) 837-9634", "US"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(parsed("+13478379634", "CH"), "+13478379634 fixed_line_or_mobile US");
}

TEST(LibphonenumberPlan, ReadsNoNationalFormWithoutRegion) {
    EXPECT_EQ(parsed("0013478379634"), "no country code");
    EXPECT_EQ(parsed("0791234567"), "no country code");
    EXPECT_EQ(parsed("13478379634"), "no country code");
    EXPECT_EQ(parsed("0791234567", "XX"), "no country code");
}

TEST(LibphonenumberPlan, RefusesWhatIsNoNumber) {
    EXPECT_EQ(parsed(""), "not a number");
    EXPECT_EQ(parsed("hello"), "not a number");
    EXPECT_EQ(parsed("+"), "not a number");
    EXPECT_EQ(parsed("+9180765XXX10"), "not possible");
    EXPECT_EQ(parsed("+1"), "not a number");
    EXPECT_EQ(parsed("+1347"), "not possible");
    EXPECT_EQ(parsed("+1347837963412345"), "not possible");
    EXPECT_EQ(parsed("+999123456789"), "not possible") << "no such country";
    EXPECT_EQ(parsed("+1 347 837 9634" + std::string(250, ' ')), "not a number");
    EXPECT_EQ(parsed("\xFF\xFE"), "not a number");
}

TEST(LibphonenumberPlan, TellsPossibleFromValid) {
    EXPECT_EQ(parsed("+15555551234"), "not valid");
    EXPECT_EQ(parsed("+15555551234", "", Strictness::possible), "+15555551234 unknown ");
    EXPECT_EQ(parsed("+1347", "", Strictness::possible), "not possible");
}

// Each of these is refused by the table inside Debian's libphonenumber 8.12.57, of 2022.
TEST(LibphonenumberPlan, WorksWithTheCurrentPlans) {
    EXPECT_EQ(metadata_version(), "google-libphonenumber 3.2.47");
    EXPECT_GT(metadata_in_use().regions, 240U);
    EXPECT_EQ(parsed("+23564160345"), "+23564160345 mobile TD");
    EXPECT_EQ(parsed("+2290158323456"), "+2290158323456 mobile BJ") << "ten digits since 2024";
    EXPECT_EQ(parsed("+256767365678"), "+256767365678 mobile UG");
    EXPECT_EQ(parsed("+27759364567"), "+27759364567 mobile ZA");
    EXPECT_EQ(parsed("+923729745678"), "+923729745678 mobile PK");
    EXPECT_EQ(parsed("+2250780556789"), "+2250780556789 mobile CI");
}

TEST(LibphonenumberPlan, RefusesToChangeTheTableOnceItIsUsed) {
    plan();
    ASSERT_TRUE(metadata_table_was_read());
    EXPECT_FALSE(replace_metadata_table(std::string(metadata_table())));
}

// The library's own examples: one for each region and type.
std::vector<std::string> example_numbers() {
    const auto& util = *i18n::phonenumbers::PhoneNumberUtil::GetInstance();
    std::set<std::string> regions;
    util.GetSupportedRegions(&regions);
    std::vector<std::string> texts;
    for (const auto& region : regions)
        for (int type = 0; type < i18n::phonenumbers::PhoneNumberUtil::UNKNOWN; ++type) {
            i18n::phonenumbers::PhoneNumber number;
            std::string text;
            if (!util.GetExampleNumberForType(
                    region, static_cast<i18n::phonenumbers::PhoneNumberUtil::PhoneNumberType>(type), &number))
                continue;
            util.Format(number, i18n::phonenumbers::PhoneNumberUtil::INTERNATIONAL, &text);
            texts.push_back(text);
        }
    return texts;
}

TEST(LibphonenumberPlan, TakesAnExampleOfEveryRegionAndType) {
    const auto examples = example_numbers();
    EXPECT_GT(examples.size(), 1000U);
    for (const auto& text : examples) {
        const auto facts = plan().parse(text, "", Strictness::valid);
        ASSERT_TRUE(facts.has_value()) << text;
        EXPECT_NE(facts->type, NumberType::unknown) << text;
        EXPECT_FALSE(facts->region.empty()) << text;
        EXPECT_EQ(plan().parse(facts->number.e164(), "", Strictness::valid)->number, facts->number);
    }
}

bool valid_by_the_library(const std::string& text) {
    const auto& util = *i18n::phonenumbers::PhoneNumberUtil::GetInstance();
    i18n::phonenumbers::PhoneNumber number;
    return util.Parse(text, "ZZ", &number) == i18n::phonenumbers::PhoneNumberUtil::NO_PARSING_ERROR &&
           util.IsValidNumber(number);
}

RC_GTEST_PROP(LibphonenumberPlanProperty, AgreesWithTheLibraryOnValidity, ()) {
    static const auto examples = example_numbers();
    std::string text = *rc::gen::elementOf(examples);
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        text[*rc::gen::inRange<std::size_t>(0, text.size())] =
            *rc::gen::elementOf(std::string("0123456789 +"));
    const bool too_long_for_e164 = !plan().parse(text, "", Strictness::possible).has_value();
    RC_ASSERT(plan().parse(text, "", Strictness::valid).has_value() ==
              (valid_by_the_library(text) && !too_long_for_e164));
}

RC_GTEST_PROP(LibphonenumberPlanProperty, ReadsAnythingAndAnswersTheSameTwice, (const std::string& text)) {
    for (const auto strictness : {Strictness::possible, Strictness::valid}) {
        const auto first = plan().parse(text, "DE", strictness),
                   second = plan().parse(text, "DE", strictness);
        RC_ASSERT(first.has_value() == second.has_value());
        if (first)
            RC_ASSERT((first->number == second->number && first->type == second->type &&
                       first->region == second->region));
        else
            RC_ASSERT((first.error() == second.error()));
    }
}

TEST(LibphonenumberPlan, AnswersManyThreadsRightly) {
    const auto examples = example_numbers();
    std::vector<std::string> expected;
    for (const auto& text : examples)
        expected.push_back(plan().parse(text, "", Strictness::valid)->number.e164());
    std::vector<std::jthread> threads;
    std::array<std::size_t, 4> wrong{};
    for (std::size_t t = 0; t < wrong.size(); ++t)
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < examples.size(); ++i) {
                const std::size_t at = (i * (2 * t + 1)) % examples.size();
                const auto facts = plan().parse(examples[at], "", Strictness::valid);
                wrong[t] += facts && facts->number.e164() == expected[at] ? 0 : 1;
            }
        });
    threads.clear();
    EXPECT_THAT(wrong, ::testing::Each(0U));
}

} // namespace
} // namespace dialproof::numbering
