// The URL that a provider is given for what becomes of one attempt: it names message and attempt, and is
// authenticated, so it cannot be guessed and says where its receipts belong. A provider that has one URL for
// a whole account is given another, whose receipts have to name their text themselves.
#pragma once

#include "core/ids.h"
#include "ports/keys.h"
#include "ports/receipt.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::callbacks {

inline constexpr std::string_view receipts_path = "/receipts";

struct AttemptOfMessage {
    core::MessageId message;
    unsigned attempt = 0;

    friend bool operator==(const AttemptOfMessage&, const AttemptOfMessage&) = default;
};

class ReceiptUrl final : public ports::ReceiptUrls {
public:
    static constexpr std::size_t token_bytes_max = 200;

    // `public_url`: scheme and host, and a path where a proxy puts one in front; empty: there are no URLs.
    ReceiptUrl(const ports::Keys& keys, std::string public_url) :
        keys_(keys), public_url_(std::move(public_url)) {}

    // PUBLIC_URL/receipts/PROVIDER/KEY.MESSAGE.ATTEMPT.MAC; empty where there are none.
    [[nodiscard]] std::string of(std::string_view provider, const core::MessageId& message,
                                 unsigned attempt) const override;

    // PUBLIC_URL/receipts/PROVIDER/KEY.MAC; empty where there are none.
    [[nodiscard]] std::string of_account(std::string_view provider) const;

    // Nothing where the token was not made for that provider with a key of this key set.
    [[nodiscard]] std::optional<AttemptOfMessage> read(std::string_view provider,
                                                       std::string_view token) const;
    [[nodiscard]] bool is_of_account(std::string_view provider, std::string_view token) const;
    [[nodiscard]] const std::string& public_url() const { return public_url_; }

private:
    [[nodiscard]] std::string begin_of(std::string_view provider, std::uint32_t key) const;
    [[nodiscard]] std::optional<std::string> mac(std::uint32_t key, std::string_view provider,
                                                 std::string_view content) const;

    const ports::Keys& keys_;
    const std::string public_url_;
};

} // namespace dialproof::callbacks
