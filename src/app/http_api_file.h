// The description of a provider's HTTP API in a TOML file: docs/providers.md.
#pragma once

#include "base/result.h"
#include "senders/http_api/http_api.h"

#include <string>

namespace dialproof::app {

// A sentence with file, line and key where it is wrong.
Result<senders::HttpApi, std::string> load_http_api(const std::string& file);

} // namespace dialproof::app
