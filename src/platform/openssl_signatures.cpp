#include "platform/openssl_signatures.h"

#include "platform/openssl.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <memory>

namespace dialproof::platform {

namespace {

std::string hmac(const EVP_MD* digest, const Secret<std::string>& key, std::string_view message) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    must(HMAC(digest, key.reveal().data(), static_cast<int>(key.reveal().size()), bytes_of(message),
              message.size(), bytes_of(mac), &length) != nullptr,
         "compute HMAC");
    mac.resize(length);
    return mac;
}

constexpr int rsa_bits_min = 2048;

template <typename T, void (*release)(T*)>
struct Releases {
    void operator()(T* object) const { release(object); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY, EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX, EVP_MD_CTX_free>>;

PrivateKey read_rsa_key(const Secret<std::string>& pem) {
    const std::unique_ptr<BIO, Releases<BIO, BIO_free_all>> source(
        BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
    must(source != nullptr, "read a key");
    const auto no_password = [](char*, int, int, void*) { return 0; }; // else OpenSSL asks at the terminal
    PrivateKey key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
        EVP_PKEY_get_bits(key.get()) < rsa_bits_min)
        return nullptr;
    return key;
}

} // namespace

std::string OpensslSignatures::hmac_sha1(const Secret<std::string>& key, std::string_view message) const {
    return hmac(EVP_sha1(), key, message);
}

std::string OpensslSignatures::hmac_sha256(const Secret<std::string>& key, std::string_view message) const {
    return hmac(EVP_sha256(), key, message);
}

std::string OpensslSignatures::rsa_sha256(const Secret<std::string>& private_key,
                                          std::string_view message) const {
    const auto key = read_rsa_key(private_key);
    if (!key)
        return {};
    const DigestContext context(EVP_MD_CTX_new());
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
    std::size_t length = signature.size();
    must(context != nullptr &&
             EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
             EVP_DigestSign(context.get(), bytes_of(signature), &length, bytes_of(message), message.size()) ==
                 1,
         "sign with RSA");
    signature.resize(length);
    return signature;
}

std::string OpensslSignatures::sha256(std::string_view message) const {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    must(EVP_Digest(message.data(), message.size(), bytes_of(digest), &length, EVP_sha256(), nullptr) == 1,
         "compute SHA-256");
    digest.resize(length);
    return digest;
}

} // namespace dialproof::platform
