#include "platform/app_hash.h"

#include "base/base64.h"
#include "base/text.h"
#include "platform/openssl.h"

#include <openssl/evp.h>

#include <array>

namespace dialproof::platform {

std::string android_app_hash(std::string_view package, std::string_view certificate) {
    constexpr std::size_t hash_characters = 11;
    const std::string hashed = std::string(package) + " " + to_hex(certificate);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    must(EVP_Digest(hashed.data(), hashed.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1,
         "SHA-256");
    return to_base64({reinterpret_cast<const char*>(digest.data()), size}).substr(0, hash_characters);
}

} // namespace dialproof::platform
