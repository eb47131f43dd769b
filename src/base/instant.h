// A moment in UTC with millisecond resolution, and its RFC 3339 text.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Instant = std::chrono::sys_time<Milliseconds>;

// "2026-01-05T10:00:00.250Z"; the fraction is always three digits.
std::string to_rfc3339(Instant instant);

// Accepts an upper or lower case T and Z, an offset such as +02:00 and any number of fraction digits
// (RFC 3339 section 5.6). Empty where the text is no such time.
std::optional<Instant> parse_rfc3339(std::string_view text);

// Whole seconds from `now` until `then`, rounded up; 0 where `then` has passed. What Retry-After needs.
Seconds seconds_until(Instant then, Instant now);

} // namespace dialproof
