#include "wire/grpc_text.h"

#include "base/base64.h"
#include "wire/http.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace dialproof::wire {
namespace {

TEST(GrpcMessage, KeepsPrintableAsciiAndSpellsTheRest) {
    EXPECT_EQ(grpc_message("Code is invalid (COMMAND-eis9R)"), "Code is invalid (COMMAND-eis9R)");
    EXPECT_EQ(grpc_message("100 % für\n"), "100 %25 f%C3%BCr%0A");
}

RC_GTEST_PROP(GrpcMessage, IsReadBackByPercentDecoding, (const std::string& text)) {
    RC_ASSERT(http::percent_decoded(grpc_message(text)) == text);
}

TEST(GrpcTimeout, HasAnAmountAndAUnit) {
    EXPECT_EQ(parse_grpc_timeout("2H"), Milliseconds(7'200'000));
    EXPECT_EQ(parse_grpc_timeout("3M"), Milliseconds(180'000));
    EXPECT_EQ(parse_grpc_timeout("10S"), Milliseconds(10'000));
    EXPECT_EQ(parse_grpc_timeout("99999999m"), Milliseconds(99'999'999));
    EXPECT_EQ(parse_grpc_timeout("1500u"), Milliseconds(2));
    EXPECT_EQ(parse_grpc_timeout("1n"), Milliseconds(1));
    EXPECT_EQ(parse_grpc_timeout("0m"), Milliseconds(0));
    for (const char* none : {"", "S", "1", "1s", "100000000S", "-1S", "1.5S", " 1S", "1S "})
        EXPECT_FALSE(parse_grpc_timeout(none)) << none;
}

TEST(ConnectTimeout, IsMilliseconds) {
    EXPECT_EQ(parse_connect_timeout("1500"), Milliseconds(1500));
    EXPECT_EQ(parse_connect_timeout("9999999999"), Milliseconds(9'999'999'999));
    for (const char* none : {"", "10000000000", "1s", "-1"})
        EXPECT_FALSE(parse_connect_timeout(none)) << none;
}

TEST(GrpcWebTrailers, AreLinesOfFields) {
    EXPECT_EQ(grpc_web_trailers({{"grpc-message", "no"}, {"grpc-status", "3"}}),
              "grpc-message: no\r\ngrpc-status: 3\r\n");
}

RC_GTEST_PROP(GrpcWebText, IsReadWhereverAClientCutIt, (const std::vector<std::string>& parts)) {
    std::string bytes, text;
    for (const auto& part : parts) {
        bytes += part;
        text += to_base64(part);
    }
    RC_ASSERT(grpc_web_text_decoded(text) == bytes);
}

TEST(GrpcWebText, ThatIsNoBase64IsRefused) {
    for (const char* none : {"A", "AAA*", "=", "AA=", "AA==A", "AA===", "AA==\n"})
        EXPECT_FALSE(grpc_web_text_decoded(none)) << none;
}

} // namespace
} // namespace dialproof::wire
