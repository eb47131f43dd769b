// What a person who has just started the dev mode reads.
#pragma once

#include "base/secret.h"

#include <cstdint>
#include <string>

namespace dialproof::app {

// "http://127.0.0.1:8080", with the port that was really taken.
std::string url_of(const std::string& scheme, const std::string& listen, std::uint16_t port);

// Where to look, the admin token, and two lines to copy that register and verify a number.
std::string welcome_text(const std::string& url, const Secret<std::string>& admin_token);

} // namespace dialproof::app
