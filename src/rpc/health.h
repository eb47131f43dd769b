// grpc.health.v1.Health: tools and load balancers ask it whether a service can do its work. It needs no
// token.
#pragma once

#include "base/task.h"
#include "rpc/service.h"

#include <functional>
#include <string>
#include <vector>

namespace dialproof::rpc {

// Knows these services, and "" for the server as a whole; others are NOT_FOUND, or SERVICE_UNKNOWN to who
// watches. `ready` says whether they serve; who watches asks it again after each `pause`.
Service health_service(std::vector<std::string> services, std::function<Task<bool>()> ready,
                       std::function<Task<void>()> pause);

} // namespace dialproof::rpc
