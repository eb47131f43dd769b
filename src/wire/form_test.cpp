#include "wire/form.h"

#include "wire/utf8_repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

auto fields_of(std::string_view text) {
    const auto fields = parse_form(text);
    EXPECT_TRUE(fields.has_value()) << text;
    return fields.value_or(FormFields()).all();
}

TEST(Form, ReadsPairsInTheirOrder) {
    EXPECT_THAT(fields_of("b=1&a=x+y%2Bz&c&=d&a=%C3%A9=f"),
                ElementsAre(Pair("b", "1"), Pair("a", "x y+z"), Pair("c", ""), Pair("", "d"),
                            Pair("a", "\xC3\xA9=f")));
    EXPECT_THAT(fields_of(""), IsEmpty());
    EXPECT_THAT(fields_of("&&"), IsEmpty());
    EXPECT_THAT(fields_of("a="), ElementsAre(Pair("a", "")));
}

TEST(Form, FindsTheLastOfOneName) {
    const auto fields = parse_form("a=1&b=2&a=3");
    EXPECT_EQ(*fields->find("a"), "3");
    EXPECT_EQ(*fields->find("b"), "2");
    EXPECT_EQ(fields->find("c"), nullptr);
}

TEST(Form, LetsABrokenEscapeStandForItself) {
    EXPECT_THAT(fields_of("a=100%&b=%zz&c=%4&d=%"),
                ElementsAre(Pair("a", "100%"), Pair("b", "%zz"), Pair("c", "%4"), Pair("d", "%")));
}

TEST(Form, RepairsWhatIsNotUtf8) { EXPECT_THAT(fields_of("a=%FF"), ElementsAre(Pair("a", "\xEF\xBF\xBD"))); }

TEST(Form, ReadsABoundedNumberOfFields) {
    std::string text;
    for (std::size_t i = 0; i < form_fields_max; ++i)
        text += "a=1&";
    EXPECT_EQ(fields_of(text).size(), form_fields_max);
    const auto more = parse_form(text + "a=1");
    ASSERT_FALSE(more.has_value());
    EXPECT_EQ(more.error(), FormError::too_many_fields);
}

RC_GTEST_PROP(FormProperty, WhatIsPrintedIsReadBack,
              (const std::vector<std::pair<std::string, std::string>>& pairs)) {
    FormFields fields;
    for (const auto& [name, value] : pairs)
        fields.add(utf8_repaired(name), utf8_repaired(value));
    RC_ASSERT((parse_form(to_text(fields)) == fields));
}

RC_GTEST_PROP(FormProperty, ReadingTwiceChangesNothing, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a%2bF+&= \xC3\xA9\x00", 12)));
    const auto fields = parse_form(text);
    RC_ASSERT(fields.has_value());
    RC_ASSERT((parse_form(to_text(*fields)) == fields));
}

} // namespace
} // namespace dialproof::http
