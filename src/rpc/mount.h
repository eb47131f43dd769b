// A service over all four transports, at the paths that all of them use: POST /package.Service/Method.
#pragma once

#include "rpc/service.h"
#include "wire/http.h"

#include <string>
#include <vector>

namespace dialproof::rpc {

// `name` is the mount's, for metrics. Services live under paths of their own.
http::Mount mount(std::string name, std::vector<Service> services);

} // namespace dialproof::rpc
