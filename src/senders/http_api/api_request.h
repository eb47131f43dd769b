// From the templates of a request to the request.
#pragma once

#include "ports/http_client.h"
#include "senders/http_api/http_api.h"
#include "senders/http_api/places.h"

#include <string>

namespace dialproof::senders {

ports::HttpCall call_of(const ApiRequest& request, const Places& places);

// A sentence of what is wrong with it: JSON that is none, a place that nothing fills, a secret that is not
// there.
Result<void, std::string> check(const ApiRequest& request, const Places& sample, const Secrets& secrets);

} // namespace dialproof::senders
