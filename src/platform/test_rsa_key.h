// Private keys for tests, made on the spot: PEM texts.
#pragma once

#include "platform/openssl.h"

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace dialproof::platform {

inline std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> writer(BIO_new(BIO_s_mem()), BIO_free_all);
    must(PEM_write_bio_PrivateKey(writer.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
         "write a key");
    char* text = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

inline std::string test_rsa_key(unsigned bits = 2048) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(bits), EVP_PKEY_free);
    return pem_of(key.get());
}

} // namespace dialproof::platform
