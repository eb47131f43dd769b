// Bodies and messages in the gzip coding (RFC 1952), by zlib.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace dialproof::wire {

std::string gzip(std::string_view bytes);

enum class GzipFault { malformed, too_large };
// Of one or more members, all of them; `bytes_max` is the most that may come out.
Result<std::string, GzipFault> gunzip(std::string_view bytes, std::size_t bytes_max);

} // namespace dialproof::wire
