#include "base/base64.h"

#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof {
namespace {

TEST(Base64, UrlFormFollowsTheVectorsOfRfc4648WithoutPadding) {
    EXPECT_EQ(to_base64url(""), "");
    EXPECT_EQ(to_base64url("f"), "Zg");
    EXPECT_EQ(to_base64url("fo"), "Zm8");
    EXPECT_EQ(to_base64url("foo"), "Zm9v");
    EXPECT_EQ(to_base64url("foob"), "Zm9vYg");
    EXPECT_EQ(to_base64url("\xFB\xFF\xBF"), "-_-_");
}

TEST(Base64, WritesAndReadsTheVectorsOfRfc4648) {
    const std::vector<std::pair<std::string, std::string>> vectors{
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(base64_decoded(text), bytes);
        EXPECT_EQ(base64_decoded(text.substr(0, text.find('='))), bytes) << "without padding";
    }
}

TEST(Base64, KeepsItsAlphabetsApart) {
    EXPECT_EQ(base64_decoded("+/+/"), "\xFB\xFF\xBF");
    EXPECT_EQ(base64url_decoded("-_-_"), "\xFB\xFF\xBF");
    EXPECT_FALSE(base64_decoded("-_-_"));
    EXPECT_FALSE(base64url_decoded("+/+/"));
}

TEST(Base64, RefusesEverySecondSpelling) {
    for (const char* text : {"Z", "Zg=", "Zg===", "Zh", "Zh==", "Zm9=", "Zm9v=", "=",
                             "==", "====", "Z===", "Zm 9v", "Zm9v\n", "Zg==Zg==", "Zm9v!", "Z=g="})
        EXPECT_FALSE(base64_decoded(text)) << text;
    EXPECT_FALSE(base64_decoded(std::string_view("Zm9\0", 4)));
}

RC_GTEST_PROP(Base64Property, WhatIsWrittenIsReadBack, (const std::string& bytes)) {
    RC_ASSERT(base64_decoded(to_base64(bytes)) == bytes);
    RC_ASSERT(base64url_decoded(to_base64url(bytes)) == bytes);
}

RC_GTEST_PROP(Base64Property, WhatIsReadHasOneSpelling, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABQZgwm019+/=")));
    if (const auto bytes = base64_decoded(text)) {
        const std::string padded = to_base64(*bytes);
        RC_ASSERT(text == padded || text == padded.substr(0, padded.find('=')));
    }
}

} // namespace
} // namespace dialproof
