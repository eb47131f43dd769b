#include "wire/accept_language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

namespace dialproof::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AcceptLanguage, OrdersByWeightAndThenByPlace) {
    EXPECT_THAT(accepted_languages("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.9, *;q=0.5"),
                ElementsAre("fr-CH", "fr", "de", "en", "*"));
    EXPECT_THAT(accepted_languages("en;q=0.1,kk"), ElementsAre("kk", "en"));
    EXPECT_THAT(accepted_languages(""), IsEmpty());
}

TEST(AcceptLanguage, WritesTagsInTheirUsualCase) {
    EXPECT_THAT(accepted_languages("ZH-hant-tw, sl-ROZAJ, DE-x-ab-latn, en-GB-OED, es-419"),
                ElementsAre("zh-Hant-TW", "sl-rozaj", "de-x-ab-latn", "en-GB-oed", "es-419"));
}

TEST(AcceptLanguage, LeavesOutWhatIsNotWantedOrNoTag) {
    EXPECT_THAT(accepted_languages("de;q=0, en, 1x, -, a_b, toolongsub, fr;q=x, it;level=1, es; q=0.5"),
                ElementsAre("en", "es"));
    EXPECT_THAT(accepted_languages(std::string(1000, 'a')), IsEmpty());
}

TEST(AcceptLanguage, ReadsABoundedNumber) {
    std::string field;
    for (std::size_t i = 0; i < 2 * languages_max; ++i)
        field += "en-x-" + std::to_string(i) + ",";
    EXPECT_EQ(accepted_languages(field).size(), languages_max);
}

RC_GTEST_PROP(AcceptLanguageProperty, WhatComesOutIsReadAgainAsItIs, ()) {
    const auto pieces =
        *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
            "en", "DE", "hant", "x", "-", ",", ";q=", "0.", "5", "1", "*", " ", "\"", "\xFF"}));
    const std::string field = std::accumulate(pieces.begin(), pieces.end(), std::string());
    const auto tags = accepted_languages(field);
    std::string again;
    for (const auto& tag : tags)
        again += tag + ", ";
    RC_ASSERT(accepted_languages(again) == tags);
}

} // namespace
} // namespace dialproof::http
