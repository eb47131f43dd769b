#include "platform/openssl_signatures.h"

#include "platform/openssl.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

} // namespace

std::string OpensslSignatures::hmac_sha1(const Secret<std::string>& key, std::string_view message) const {
    return hmac(EVP_sha1(), key, message);
}

std::string OpensslSignatures::hmac_sha256(const Secret<std::string>& key, std::string_view message) const {
    return hmac(EVP_sha256(), key, message);
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
