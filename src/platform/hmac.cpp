#include "platform/hmac.h"

#include "platform/openssl.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>

namespace dialproof::platform {

namespace {

using Algorithm = std::unique_ptr<EVP_MAC, Release<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Release<EVP_MAC_CTX_free>>;

} // namespace

struct Hmac::Context {
    MacContext keyed;
};

Hmac::Hmac(std::string_view key) {
    const Algorithm hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    must(hmac != nullptr, "fetch HMAC");
    MacContext context(EVP_MAC_CTX_new(hmac.get()));
    must(context != nullptr, "new MAC context");
    std::array<char, 7> digest{"SHA256"};
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                OSSL_PARAM_construct_end()};
    must(EVP_MAC_init(context.get(), bytes_of(key), key.size(), parameters.data()) == 1, "key MAC");
    keyed_ = std::make_unique<Context>(Context{std::move(context)});
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

Secret<core::MacBytes> Hmac::of(std::string_view message) const {
    const MacContext context(EVP_MAC_CTX_dup(keyed_->keyed.get()));
    must(context != nullptr, "copy MAC context");
    core::MacBytes mac{};
    std::size_t length = 0;
    must(EVP_MAC_update(context.get(), bytes_of(message), message.size()) == 1 &&
             EVP_MAC_final(context.get(), mac.data(), &length, mac.size()) == 1 && length == mac.size(),
         "compute MAC");
    const Secret<core::MacBytes> result(mac);
    wipe(mac.data(), mac.size());
    return result;
}

} // namespace dialproof::platform
