// The mount for those who run the server.
#pragma once

#include "server/readiness.h"
#include "wire/http.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dialproof::server {

inline constexpr std::string_view operations_mount = "operations";

// GET /healthz: 200 while the process lives. GET /readyz: 200, or 503 while it should get no requests, as
// during a stop. GET /metrics. `stopping` outlives the mount.
http::Mount make_operations_mount(std::shared_ptr<Readiness> readiness, std::function<std::string()> metrics,
                                  const std::atomic<bool>& stopping);

} // namespace dialproof::server
