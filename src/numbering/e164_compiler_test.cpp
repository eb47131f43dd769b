#include "numbering/e164_compiler.h"

#include "numbering/metadata_table.h"
#include "numbering/test_answers.h"

#include <phonenumbers/phonemetadata.pb.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace dialproof::numbering {
namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using ports::Strictness;
using Kind = E164Table::CallingCode::Kind;

const E164Table& table() {
    static const E164Table the_table = compile_e164_table(metadata_table());
    return the_table;
}

std::ptrdiff_t count(const E164Table& of, Kind kind) {
    return std::count_if(of.calling_codes().begin(), of.calling_codes().end(),
                         [&](const auto& code) { return code.kind == kind; });
}

// "left" where it is for libphonenumber to say.
std::string found(std::string_view text, std::string_view region = "",
                  Strictness strictness = Strictness::valid, const E164Table& in = table()) {
    const auto answer = in.find(text, region, strictness);
    return answer ? to_text(*answer) : "left";
}

TEST(E164Compiler, TakesAllOfThePlansInLittleRoom) {
    EXPECT_GT(count(table(), Kind::compiled), 200);
    EXPECT_EQ(count(table(), Kind::left_out), 0);
    EXPECT_LT(table().state_count(), 20'000U);
}

TEST(E164Table, KnowsRegionsAndTypes) {
    EXPECT_EQ(found("+41791234567"), "+41791234567 mobile CH");
    EXPECT_EQ(found("+447911123456"), "+447911123456 mobile GG") << "not the main region";
    EXPECT_EQ(found("+13478379634"), "+13478379634 fixed_line_or_mobile US");
    EXPECT_EQ(found("+12423591234"), "+12423591234 mobile BS") << "by leading digits";
    EXPECT_EQ(found("+80012345678"), "+80012345678 toll_free 001");
    EXPECT_EQ(found("+390612345678"), "+390612345678 fixed_line IT") << "keeps the zero";
    EXPECT_EQ(found("+13478379634", "CH"), "+13478379634 fixed_line_or_mobile US");
}

TEST(E164Table, KnowsWhatIsNotValidOrNotPossible) {
    EXPECT_EQ(found("+15555551234"), "not valid");
    EXPECT_EQ(found("+15555551234", "", Strictness::possible), "+15555551234 unknown ");
    EXPECT_EQ(found("+41999999999"), "not valid");
    EXPECT_EQ(found("+41999999999", "", Strictness::possible), "+41999999999 unknown CH")
        << "a region alone has all numbers";
    EXPECT_EQ(found("+1347"), "not possible");
    EXPECT_EQ(found("+4179123456789"), "not possible");
    EXPECT_EQ(found("+999123456789"), "not possible");
    EXPECT_EQ(found("+041791234567"), "not possible");
}

TEST(E164Table, DropsANationalPrefixWhereTheRestMakesSense) {
    EXPECT_EQ(found("+410791234567"), "+41791234567 mobile CH");
    EXPECT_EQ(found("+78121234567"), "+78121234567 fixed_line RU") << "8 is both";
    EXPECT_EQ(found("+788121234567"), "+78121234567 fixed_line RU");
}

TEST(E164Table, LeavesTheRest) {
    for (const char* text : {"", "+", "41791234567", "0791234567", "+41 791234567", "+41791234567 ",
                             "++41791234", "+123", "+1234567890123456", "+4179123456a"})
        EXPECT_EQ(found(text), "left") << text;
    EXPECT_EQ(found("+5511"), "not possible");
    EXPECT_EQ(found("+54111512345678"), "left") << "Argentina's 15 becomes a 9";
    EXPECT_EQ(found("+375800653"), "left") << "8, 80, or neither";
    EXPECT_EQ(found("+999123456789", "CH"), "left") << "may be a number of Switzerland after all";
    EXPECT_EQ(found("+41791234567", "001"), "left");
}

// The plans, changed.
std::string changed(const std::function<void(PhoneMetadataCollection&)>& change) {
    PhoneMetadataCollection plans;
    EXPECT_TRUE(plans.ParseFromArray(metadata_table().data(), static_cast<int>(metadata_table().size())));
    change(plans);
    return plans.SerializeAsString();
}

std::string with(std::string_view id, const std::function<void(PhoneMetadata&)>& change) {
    return changed([&](PhoneMetadataCollection& plans) {
        for (auto& region : *plans.mutable_metadata())
            if (region.id() == id)
                change(region);
    });
}

void expect_left_out(const std::string& plans, std::string_view of_code, std::string_view others) {
    const E164Table compiled = compile_e164_table(plans);
    EXPECT_EQ(count(compiled, Kind::left_out), 1);
    EXPECT_EQ(found(of_code, "", Strictness::valid, compiled), "left");
    EXPECT_NE(found(others, "", Strictness::valid, compiled), "left");
}

TEST(E164Compiler, LeavesOutTheCallingCodesThatItDoesNotUnderstand) {
    const auto change_mobile = [](const std::string& pattern) {
        return [=](PhoneMetadata& region) { region.mutable_mobile()->set_national_number_pattern(pattern); };
    };
    const auto leading = [](PhoneMetadata& region) { region.set_leading_digits("(?!4)"); };
    const auto prefix = [](PhoneMetadata& region) { region.set_national_prefix_for_parsing("0*"); };
    const auto no_lengths = [](PhoneMetadata& region) {
        region.mutable_general_desc()->clear_possible_length();
    };
    const auto odd_lengths = [](PhoneMetadata& region) {
        region.mutable_general_desc()->add_possible_length(5);
    };
    const auto short_lengths = [](PhoneMetadata& region) {
        region.mutable_general_desc()->add_possible_length_local_only(1);
    };
    const auto main = [](PhoneMetadata& region) { region.set_country_code(800); };
    expect_left_out(with("CH", change_mobile("7\\d+")), "+41791234567", "+447911123456");
    expect_left_out(with("GG", change_mobile("7\\w+")), "+447911123456", "+41791234567");
    expect_left_out(with("CH", leading), "+41791234567", "+447911123456");
    expect_left_out(with("CH", prefix), "+41791234567", "+447911123456");
    expect_left_out(with("CH", no_lengths), "+41791234567", "+447911123456");
    expect_left_out(with("CH", odd_lengths), "+41791234567", "+447911123456");
    expect_left_out(with("CH", short_lengths), "+41791234567", "+447911123456");
    expect_left_out(with("CH", main), "+80012345678", "+447911123456");
}

TEST(E164Compiler, LeavesOutACallingCodeOfMoreRegionsThanItCanTell) {
    const auto crowd = changed([](PhoneMetadataCollection& plans) {
        for (auto& region : *plans.mutable_metadata())
            if (region.country_code() < 60)
                region.set_country_code(7);
    });
    expect_left_out(crowd, "+79161234567", "+359888123456");
}

// libphonenumber asks the main region alone whether a number looks right with its prefix and without.
TEST(E164Compiler, LetsTheMainRegionDecideOnThePrefix) {
    const auto plans = with("GG", [](PhoneMetadata& region) {
        region.mutable_general_desc()->set_national_number_pattern("0\\d{10}");
    });
    EXPECT_EQ(found("+4406911123456", "", Strictness::possible, compile_e164_table(plans)),
              "+446911123456 unknown ");
}

// libphonenumber drops it, and then refuses the number.
TEST(E164Compiler, DropsThePrefixOfWhatIsTooLongAnyway) {
    const auto plans = with("FR", [](PhoneMetadata& region) {
        region.mutable_general_desc()->add_possible_length_local_only(11);
    });
    const E164Table compiled = compile_e164_table(plans);
    EXPECT_EQ(found("+3301234567890", "", Strictness::possible, compiled), "not possible");
    EXPECT_EQ(found("+3361234567890", "", Strictness::possible, compiled), "+3361234567890 unknown FR");
}

TEST(E164Compiler, LeavesOutWhatWouldTakeTooMuchWorkOrRoom) {
    const std::string of_work = "(?:(?:(?:(?:(?:(?:){20}){20}){20}){20}){20}){20}";
    std::string of_room = "\\d{0,14}";
    for (const char* end : {"1", "2", "3", "4", "5", "6", "7", "8", "9"})
        of_room += std::string("|\\d{0,9}") + end + "\\d{0,2}" + end + end + "\\d{7}" + end;
    for (const auto& pattern : {of_work, of_room}) {
        const E164Table compiled = compile_e164_table(changed([&](PhoneMetadataCollection& plans) {
            for (auto& region : *plans.mutable_metadata())
                region.mutable_mobile()->set_national_number_pattern(pattern);
        }));
        EXPECT_GT(count(compiled, Kind::left_out), 0);
        EXPECT_LE(compiled.state_count(), E164Table::states_max);
    }
}

TEST(E164Compiler, LeavesAllOfPlansThatMakeNoSense) {
    EXPECT_TRUE(compile_e164_table("hello").calling_codes().empty());
    const auto two_of_one_name = with("CH", [](PhoneMetadata& region) { region.set_id("GG"); });
    EXPECT_TRUE(compile_e164_table(two_of_one_name).calling_codes().empty());
    EXPECT_EQ(found("+41791234567", "", Strictness::valid, E164Table()), "left");
}

TEST(E164Compiler, KeepsToThreeDigitsOfCallingCode) {
    const auto none = with("CH", [](PhoneMetadata& region) { region.set_country_code(0); });
    const auto long_one = with("CH", [](PhoneMetadata& region) { region.set_country_code(4100); });
    for (const auto& plans : {none, long_one})
        EXPECT_EQ(found("+41791234567", "", Strictness::valid, compile_e164_table(plans)), "not possible");
}

} // namespace
} // namespace dialproof::numbering
