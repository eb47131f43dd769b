// Finds the route of a request among the mounts, as the server does.
#pragma once

#include "wire/http.h"

#include <vector>

namespace dialproof::contracts {

Task<http::Response> route(const std::vector<http::Mount>& mounts, http::Request request);

} // namespace dialproof::contracts
