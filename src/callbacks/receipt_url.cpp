#include "callbacks/receipt_url.h"

#include "base/base64.h"
#include "base/secret.h"
#include "base/text.h"

#include <charconv>

namespace dialproof::callbacks {

namespace {

constexpr std::string_view purpose = "receipt-url";
constexpr std::string_view whole_account; // no content: that of an attempt always has some
constexpr std::size_t mac_bytes = 16; // enough against guessing, short for providers that bound their URLs

template <typename T>
std::optional<T> whole(std::string_view text) {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return {};
    return number;
}

} // namespace

std::optional<std::string> ReceiptUrl::mac(std::uint32_t key, std::string_view provider,
                                           std::string_view content) const {
    std::string message(provider);
    message.append(1, '\n').append(content);
    const auto whole_mac = keys_.mac(key, purpose, message);
    if (!whole_mac)
        return {};
    return to_base64url({reinterpret_cast<const char*>(whole_mac->reveal().data()), mac_bytes});
}

std::string ReceiptUrl::of(std::string_view provider, const core::MessageId& message,
                           unsigned attempt) const {
    if (public_url_.empty())
        return {};
    const std::uint32_t key = keys_.newest();
    const std::string content = message.text + "." + std::to_string(attempt);
    return begin_of(provider, key) + content + "." + mac(key, provider, content).value_or("");
}

std::string ReceiptUrl::of_account(std::string_view provider) const {
    if (public_url_.empty())
        return {};
    const std::uint32_t key = keys_.newest();
    return begin_of(provider, key) + mac(key, provider, whole_account).value_or("");
}

std::string ReceiptUrl::begin_of(std::string_view provider, std::uint32_t key) const {
    std::string url = public_url_;
    url.append(receipts_path).append(1, '/').append(provider).append(1, '/');
    return url.append(std::to_string(key)).append(1, '.');
}

bool ReceiptUrl::is_of_account(std::string_view provider, std::string_view token) const {
    const auto parts = split(token, '.');
    if (token.size() > token_bytes_max || parts.size() != 2)
        return false;
    const auto key = whole<std::uint32_t>(parts[0]);
    const auto expected = key ? mac(*key, provider, whole_account) : std::nullopt;
    return expected && equal_in_constant_time(*expected, parts[1]);
}

std::optional<AttemptOfMessage> ReceiptUrl::read(std::string_view provider, std::string_view token) const {
    if (token.size() > token_bytes_max)
        return {};
    const auto parts = split(token, '.');
    if (parts.size() != 4)
        return {};
    const auto key = whole<std::uint32_t>(parts[0]);
    const auto attempt = whole<unsigned>(parts[2]);
    if (!key || !attempt)
        return {};
    const std::string content = std::string(parts[1]) + "." + std::string(parts[2]);
    const auto expected = mac(*key, provider, content);
    if (!expected || !equal_in_constant_time(*expected, parts[3]))
        return {};
    return AttemptOfMessage{core::MessageId(std::string(parts[1])), *attempt};
}

} // namespace dialproof::callbacks
