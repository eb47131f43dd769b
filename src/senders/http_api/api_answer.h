// What a provider's answer says of a text.
#pragma once

#include "ports/http_client.h"
#include "senders/http_api/http_api.h"

#include <string>

namespace dialproof::senders {

ports::SubmitResult read_answer(const HttpApi& api, const ports::HttpReply& reply, Instant now);

// What is wrong, by the same tables, with the answer to a request that sent nothing; empty: nothing.
std::string problem_in(const HttpApi& api, const ports::HttpReply& reply);

} // namespace dialproof::senders
