// grpc.health.v1.Health: tools and load balancers ask it whether a service can do its work. It needs no
// token.
#pragma once

#include "base/task.h"
#include "rpc/service.h"

#include <functional>
#include <string>
#include <vector>

namespace dialproof::rpc {

// Knows these services, and "" for the server as a whole; others are NOT_FOUND. `ready` says whether they
// serve.
Service health_service(std::vector<std::string> services, std::function<Task<bool>()> ready);

} // namespace dialproof::rpc
