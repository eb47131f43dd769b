#include "platform/hmac.h"

#include "platform/openssl.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <atomic>
#include <utility>

namespace dialproof::platform {

namespace {

using Algorithm = std::unique_ptr<EVP_MAC, Release<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Release<EVP_MAC_CTX_free>>;

} // namespace

// To copy a context costs more than to compute a MAC, so a few copies stay for who comes next.
struct Hmac::Context {
    explicit Context(MacContext context) : keyed(std::move(context)) {}
    ~Context() {
        for (auto& place : spare)
            EVP_MAC_CTX_free(place);
    }

    MacContext take() {
        for (auto& place : spare)
            if (MacContext found{place.exchange(nullptr)}) {
                must(EVP_MAC_init(found.get(), nullptr, 0, nullptr) == 1, "begin MAC");
                return found;
            }
        MacContext copy(EVP_MAC_CTX_dup(keyed.get()));
        must(copy != nullptr, "copy MAC context");
        return copy;
    }
    void give_back(MacContext context) {
        for (auto& place : spare)
            if (EVP_MAC_CTX* none = nullptr; place.compare_exchange_strong(none, context.get())) {
                static_cast<void>(context.release());
                return;
            }
    }

    MacContext keyed; // fed nothing: it is copied
    std::array<std::atomic<EVP_MAC_CTX*>, 4> spare{};
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
    keyed_ = std::make_unique<Context>(std::move(context));
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

Secret<core::MacBytes> Hmac::of(std::string_view message) const {
    MacContext context = keyed_->take();
    core::MacBytes mac{};
    std::size_t length = 0;
    must(EVP_MAC_update(context.get(), bytes_of(message), message.size()) == 1 &&
             EVP_MAC_final(context.get(), mac.data(), &length, mac.size()) == 1 && length == mac.size(),
         "compute MAC");
    keyed_->give_back(std::move(context));
    const Secret<core::MacBytes> result(mac);
    wipe(mac.data(), mac.size());
    return result;
}

} // namespace dialproof::platform
