// Spellings in requests that providers ask for.
#pragma once

#include "base/instant.h"

#include <string>
#include <string_view>

namespace dialproof::http_sending {

// All but the unreserved characters (RFC 3986 section 2.3), in upper case.
std::string percent_encoded(std::string_view text);

// "2026-01-05 10:00:00", in UTC.
std::string plain_time(Instant at);

// Minutes, rounded up.
std::chrono::minutes minutes_of(Seconds time);

std::string basic_authorization(std::string_view user, std::string_view password);

} // namespace dialproof::http_sending
