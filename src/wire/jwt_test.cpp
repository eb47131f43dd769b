#include "wire/jwt.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace dialproof::jwt {
namespace {

TEST(Jwt, WhatWasPutTogetherComesApart) {
    const auto part = signed_part(R"({"alg":"HS256"})", R"({"exp":1,"a":["b"]})");
    const auto token = parse(with_signature(part, "\x01\xff sig"));
    ASSERT_TRUE(token);
    EXPECT_EQ(*token->header.find("alg")->as_string(), "HS256");
    EXPECT_EQ(token->claims.find("exp")->as_number()->literal, "1");
    EXPECT_EQ(token->signed_part, part);
    EXPECT_EQ(token->signature, "\x01\xff sig");
}

TEST(Jwt, TheExampleOfTheStandardIsRead) { // RFC 7519 section 3.1
    const auto token = parse(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    ASSERT_TRUE(token);
    EXPECT_EQ(*token->claims.find("iss")->as_string(), "joe");
    EXPECT_EQ(token->signature.size(), 32U);
}

TEST(Jwt, AnythingElseIsNone) {
    const std::string object = to_base64url("{}"), array = to_base64url("[]");
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), object + "." + object,
          object + "." + object + "." + object + ".x", object + "." + array + ".AA",
          array + "." + object + ".AA", "{}." + object + ".AA", object + "." + object + ".A",
          object + "." + object + ".=", object + "." + object + "." + std::string(token_bytes_max, 'A')})
        EXPECT_FALSE(parse(text)) << text;
}

} // namespace
} // namespace dialproof::jwt
