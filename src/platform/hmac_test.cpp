#include "platform/hmac.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace dialproof::platform {
namespace {

std::string hex(const Secret<core::MacBytes>& mac) {
    return to_hex({reinterpret_cast<const char*>(mac.reveal().data()), mac.reveal().size()});
}

TEST(Hmac, IsThatOfRfc4231) {
    EXPECT_EQ(hex(Hmac(std::string(20, '\x0b')).of("Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(Hmac("Jefe").of("what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        hex(Hmac(std::string(131, '\xaa')).of("Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, OfOneMessageSaysNothingOfTheNext) {
    const Hmac hmac("key");
    const std::string first = hex(hmac.of("a"));
    EXPECT_NE(hex(hmac.of("b")), first);
    EXPECT_EQ(hex(hmac.of("a")), first);
}

} // namespace
} // namespace dialproof::platform
