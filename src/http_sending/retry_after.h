// How long a server wants to be left alone (RFC 9110 section 10.2.3).
#pragma once

#include "base/instant.h"

#include <optional>
#include <string_view>

namespace dialproof::http_sending {

inline constexpr Seconds retry_after_max{3600}; // no code lives longer

// Of a number of seconds, or of a date in the form of RFC 5322 ("Mon, 05 Jan 2026 10:00:30 GMT"); at most
// `retry_after_max`, and 0 for a date that is over. Nothing where the field is neither.
std::optional<Seconds> parse_retry_after(std::string_view field, Instant now);

} // namespace dialproof::http_sending
