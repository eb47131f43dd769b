// Rates and spans as people write them: "15/1h", "90s", "none".
#pragma once

#include "core/gcra.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::app {

// A whole number with s, m, h or d behind it; without a unit it is seconds.
std::optional<Seconds> parse_span(std::string_view text);
std::string span_text(Seconds span);

// COUNT/SPAN, or "none" for no limit.
std::optional<core::Rate> parse_rate(std::string_view text);
std::string rate_text(core::Rate rate);

} // namespace dialproof::app
