// What a provider's answer says of a text.
#pragma once

#include "ports/http_client.h"
#include "senders/http_api/http_api.h"

namespace dialproof::senders {

ports::SubmitResult read_answer(const HttpApi& api, const ports::HttpReply& reply, Instant now);

} // namespace dialproof::senders
