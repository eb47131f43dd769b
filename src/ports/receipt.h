// What a provider tells of a text after it took it: a delivery receipt (DLR). They come late, twice, out of
// order, before the answer to the text, or never.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "base/task.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "ports/fault.h"
#include "ports/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::ports {

struct ProviderReceipt {
    std::string provider;
    // By the surest of these that fits: our own message and attempt; the provider's id, in the forms that it
    // may have been answered in, the likeliest first; the number that went with the text to `to`
    // (ports/own_reference.h), or the lower octet of it; else the newest text to `to`.
    std::optional<core::MessageId> message;
    unsigned attempt = 0; // of `message`; 0: its last
    std::vector<std::string> references;
    std::optional<std::uint16_t> own_reference;
    std::optional<core::PhoneNumber> to;

    MessageState state = MessageState::unknown; // sent, delivered, failed or expired
    std::string error; // the provider's code of a failure, by a stable name; without number or code
    // False: this number gets no SMS, or the text was held for fraud, so no other provider is asked.
    bool another_may_try = true;
    Instant at;
    std::optional<Price> price{}; // in all, where it tells it
};

// Where a provider may tell what became of an attempt.
class ReceiptUrls {
public:
    virtual ~ReceiptUrls() = default;
    // Empty where there is no such place.
    [[nodiscard]] virtual std::string of(std::string_view provider, const core::MessageId& message,
                                         unsigned attempt) const = 0;
};

class ReceiptSink {
public:
    virtual ~ReceiptSink() = default;
    // Answers once the receipt is stored, or is known to belong to nothing. A fault: it should come again.
    virtual Task<Result<void, Fault>> take(ProviderReceipt receipt) = 0;
};

} // namespace dialproof::ports
