// grpc.reflection.v1 and v1alpha: tools ask which services there are and what their messages look like. It
// needs no token: what it tells is published anyway.
#pragma once

#include "rpc/service.h"

#include <string>
#include <vector>

namespace dialproof::rpc {

// Tells of these services and of itself, from the descriptors in the program; of services that have none
// there, it tells nothing.
std::vector<Service> reflection_services(std::vector<std::string> services);

} // namespace dialproof::rpc
