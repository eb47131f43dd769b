// Receipts as providers send them: requests to a URL of ours.
#pragma once

#include "base/result.h"
#include "ports/receipt.h"
#include "wire/http.h"

#include <string>
#include <vector>

namespace dialproof::http_sending {

enum class CallbackFault {
    not_signed, // the signature is missing, wrong or too old: 403, and nothing is believed
    not_read,   // no receipt in the shape that this provider has: 400
};

inline constexpr std::size_t receipts_per_callback_max = 1000;

// What a sender whose provider calls back has besides `ports::Sender`.
class CallbackReader {
public:
    virtual ~CallbackReader() = default;
    // `public_url` is the whole URL, query included, as the provider was given it. The receipts do not name
    // our message: the URL does. None where the call tells nothing new.
    [[nodiscard]] virtual Result<std::vector<ports::ProviderReceipt>, CallbackFault>
    read_callback(const http::Request& request, const std::string& public_url) const = 0;
};

} // namespace dialproof::http_sending
