#include "platform/app_hash.h"

#include <gtest/gtest.h>

namespace dialproof::platform {
namespace {

TEST(AppHash, IsTheBeginningOfADigestOfPackageAndCertificate) {
    // printf '%s %s' com.example.app 3003020101 | openssl dgst -sha256 -binary | base64
    EXPECT_EQ(android_app_hash("com.example.app", "\x30\x03\x02\x01\x01"), "WGK2jvr9ocg");
}

} // namespace
} // namespace dialproof::platform
