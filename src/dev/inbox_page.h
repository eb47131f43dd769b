// The page at /dev: one file, no outside requests.
#pragma once

#include <string_view>

namespace dialproof::dev {

extern const std::string_view inbox_page;

} // namespace dialproof::dev
