#include "platform/openssl_signatures.h"

#include "base/text.h"
#include "platform/test_rsa_key.h"

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

bool holds(const std::string& private_key, const std::string& message, const std::string& signature) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> source(
        BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())), BIO_free_all);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(source.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                            message.size()) == 1;
}

TEST(OpensslSignatures, UnderAnRsaKeyHoldForTheirMessageAlone) {
    const auto key = test_rsa_key();
    const auto signature = OpensslSignatures().rsa_sha256(Secret<std::string>(key), "header.claims");
    EXPECT_EQ(signature.size(), 256U);
    EXPECT_TRUE(holds(key, "header.claims", signature));
    EXPECT_FALSE(holds(key, "header.claimz", signature));
}

TEST(OpensslSignatures, AreNotMadeUnderAnotherKindOfKey) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> curve(EVP_EC_gen("P-256"), EVP_PKEY_free);
    for (const auto& key : {pem_of(curve.get()), test_rsa_key(1024), std::string("secret"), std::string()})
        EXPECT_EQ(OpensslSignatures().rsa_sha256(Secret<std::string>(key), "text"), "");
}

} // namespace
} // namespace dialproof::platform
