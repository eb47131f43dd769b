#include "platform/key_ring.h"

#include "base/base64.h"
#include "base/text.h"
#include "platform/hmac.h"
#include "platform/name_table.h"
#include "platform/openssl.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cassert>

namespace dialproof::platform {

namespace {

using Cipher = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;

constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;
constexpr std::string_view format_prefix = "1.";

const EVP_CIPHER& aes_256_gcm() {
    static const Cipher cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
    must(cipher != nullptr, "fetch AES-256-GCM");
    return *cipher;
}

std::string_view text_of(const Key& key) {
    return {reinterpret_cast<const char*>(key.reveal().data()), key_bytes};
}

} // namespace

static_assert(key_bytes == std::tuple_size_v<core::MacBytes>);

struct KeyRing::RingKey {
    static constexpr std::size_t purposes_max = 32; // more are served too, a little slower

    explicit RingKey(const Key& key) : root(text_of(key)), seal_key(root.of("dialproof seal")) {}

    [[nodiscard]] Hmac hmac_for(std::string_view purpose) const {
        std::string label = "dialproof";
        label += '\0';
        label += purpose;
        return Hmac(text_of(root.of(label)));
    }

    Hmac root;
    Key seal_key;
    NameTable<Hmac, 1, purposes_max> purposes;
};

KeyRing::KeyRing(const KeySet& keys) {
    assert(!keys.empty());
    for (const auto& [number, key] : keys)
        keys_.emplace(number, std::make_unique<RingKey>(key));
}

KeyRing::~KeyRing() = default;

KeyRing::RingKey* KeyRing::find(std::uint32_t key) const {
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : found->second.get();
}

std::uint32_t KeyRing::newest() const { return keys_.rbegin()->first; }

std::vector<std::uint32_t> KeyRing::numbers() const {
    std::vector<std::uint32_t> numbers;
    for (auto key = keys_.rbegin(); key != keys_.rend(); ++key)
        numbers.push_back(key->first);
    return numbers;
}

std::optional<Secret<core::MacBytes>> KeyRing::mac(std::uint32_t key, std::string_view purpose,
                                                   std::string_view message) const {
    RingKey* ring_key = find(key);
    if (ring_key == nullptr)
        return {};
    const Hmac* hmac =
        ring_key->purposes.find_or_make({purpose}, [&] { return ring_key->hmac_for(purpose); });
    return hmac == nullptr ? ring_key->hmac_for(purpose).of(message) : hmac->of(message);
}

std::optional<std::string> KeyRing::seal(std::uint32_t key, std::string_view context,
                                         const Secret<std::string>& text) const {
    const RingKey* ring_key = find(key);
    const std::string& plain = text.reveal();
    if (ring_key == nullptr || plain.size() > sealed_text_bytes_max || context.size() > sealed_text_bytes_max)
        return {};
    std::string sealed(nonce_bytes + plain.size() + tag_bytes, '\0');
    unsigned char* nonce = bytes_of(sealed);
    must(RAND_bytes(nonce, nonce_bytes) == 1, "make a nonce");
    unsigned char* body = nonce + nonce_bytes;
    const CipherContext cipher(EVP_CIPHER_CTX_new());
    int length = 0;
    must(cipher != nullptr &&
             EVP_EncryptInit_ex2(cipher.get(), &aes_256_gcm(), ring_key->seal_key.reveal().data(), nonce,
                                 nullptr) == 1 &&
             EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes_of(context),
                               static_cast<int>(context.size())) == 1 &&
             EVP_EncryptUpdate(cipher.get(), body, &length, bytes_of(std::string_view(plain)),
                               static_cast<int>(plain.size())) == 1 &&
             EVP_EncryptFinal_ex(cipher.get(), body + plain.size(), &length) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, body + plain.size()) == 1,
         "seal");
    return std::string(format_prefix) + to_base64url(sealed);
}

std::optional<Secret<std::string>> KeyRing::open(std::uint32_t key, std::string_view context,
                                                 std::string_view sealed) const {
    const RingKey* ring_key = find(key);
    if (ring_key == nullptr || !sealed.starts_with(format_prefix) || context.size() > sealed_text_bytes_max)
        return {};
    auto bytes = base64url_decoded(sealed.substr(format_prefix.size()));
    if (!bytes || bytes->size() < nonce_bytes + tag_bytes ||
        bytes->size() > nonce_bytes + tag_bytes + sealed_text_bytes_max)
        return {};
    const std::size_t plain_bytes = bytes->size() - nonce_bytes - tag_bytes;
    unsigned char* nonce = bytes_of(*bytes);
    unsigned char* body = nonce + nonce_bytes;
    std::string plain(plain_bytes, '\0');
    const CipherContext cipher(EVP_CIPHER_CTX_new());
    int length = 0;
    must(cipher != nullptr &&
             EVP_DecryptInit_ex2(cipher.get(), &aes_256_gcm(), ring_key->seal_key.reveal().data(), nonce,
                                 nullptr) == 1 &&
             EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes_of(context),
                               static_cast<int>(context.size())) == 1 &&
             EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &length, body, static_cast<int>(plain_bytes)) ==
                 1 &&
             EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, body + plain_bytes) == 1,
         "open");
    Secret<std::string> opened(std::move(plain));
    // Only this last step says whether the text is what was sealed with this key for this context.
    std::array<unsigned char, 16> rest{};
    if (EVP_DecryptFinal_ex(cipher.get(), rest.data(), &length) != 1)
        return {};
    return opened;
}

} // namespace dialproof::platform
