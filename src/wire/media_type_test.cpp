#include "wire/media_type.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace dialproof::http {
namespace {

TEST(MediaType, ReadsTypeAndParameters) {
    const auto type = parse_media_type(" Application/JSON ; Charset=\"UTF-8\";; a=b; a=c ;");
    ASSERT_TRUE(type.has_value());
    EXPECT_TRUE(type->is("application/json"));
    EXPECT_EQ(type->parameter("charset"), "UTF-8");
    EXPECT_EQ(type->parameter("a"), "b");
    EXPECT_FALSE(type->parameter("boundary").has_value());
    EXPECT_TRUE(parse_media_type("application/grpc-web+proto")->is("application/grpc-web+proto"));
}

TEST(MediaType, RefusesWhatIsNone) {
    for (const char* text : {"", "json", "/", "a/", "/b", "a/b c", "a/b; c", "a/b; c=", "a/b; c=\"d",
                             "a/b; c=d e", "a /b", "a/b, c/d", "a/b; =c"})
        EXPECT_FALSE(parse_media_type(text)) << text;
    EXPECT_TRUE(parse_media_type("a/" + std::string(media_type_bytes_max - 2, 'b')));
    EXPECT_FALSE(parse_media_type("a/" + std::string(media_type_bytes_max - 1, 'b')));
}

RC_GTEST_PROP(MediaTypeProperty, WhatIsPrintedIsReadBack, ()) {
    const auto token =
        rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1-+.!"))));
    MediaType type{*token, *token, {}};
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        type.parameters.emplace_back(
            *token, *rc::gen::container<std::string>(rc::gen::elementOf(std::string("aZ0 \"\\;,=\xC3\xA9"))));
    const std::string text = to_text(type);
    RC_PRE(text.size() <= media_type_bytes_max);
    RC_ASSERT((parse_media_type(text) == type));
}

} // namespace
} // namespace dialproof::http
