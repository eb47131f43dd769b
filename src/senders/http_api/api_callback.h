// What a provider's call to us says of a text.
#pragma once

#include "http_sending/callback.h"
#include "senders/http_api/http_api.h"

namespace dialproof::senders {

// Of a list in which one says nothing: who calls us is told that all of it was not read, and calls again;
// what we asked for keeps those that say something.
enum class Items { all, those_that_say_something };

// Once its signature was seen to hold.
Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
read_receipts(const HttpApi& api, const http::Request& request, Instant now, Items wanted);

} // namespace dialproof::senders
