// What a provider's call to us says of a text.
#pragma once

#include "http_sending/callback.h"
#include "senders/http_api/http_api.h"

namespace dialproof::senders {

// Once its signature was seen to hold.
Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
read_receipts(const HttpApi& api, const http::Request& request, Instant now);

} // namespace dialproof::senders
