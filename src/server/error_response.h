// The server's own refusals: {"error":{"code":"not_found","message":"..."}}.
#pragma once

#include "wire/http.h"

#include <string>
#include <string_view>

namespace dialproof::server {

http::Response error_response(int status, std::string_view code, std::string_view message);
http::Response not_found_response();
http::Response method_not_allowed_response(const std::string& allow);

} // namespace dialproof::server
