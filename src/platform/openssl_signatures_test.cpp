#include "platform/openssl_signatures.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace dialproof::platform {
namespace {

const Secret<std::string> jefe("Jefe");
constexpr std::string_view question = "what do ya want for nothing?";

TEST(OpensslSignatures, AreThoseOfRfc2202AndRfc4231) {
    const OpensslSignatures signatures;
    EXPECT_EQ(to_hex(signatures.hmac_sha1(jefe, question)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(to_hex(signatures.hmac_sha256(jefe, question)),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(OpensslSignatures, HashAsFips180Says) {
    EXPECT_EQ(to_hex(OpensslSignatures().sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

} // namespace
} // namespace dialproof::platform
