// Files that hold secrets belong to their owner alone.
#pragma once

#include "base/result.h"

#include <string>

namespace dialproof {

// Whether group and others have no rights to the open `file`; otherwise a sentence about `path` that says
// what to do. What is neither a file nor a pipe, such as /dev/null, passes.
Result<void, std::string> check_private(int file, const std::string& path);

} // namespace dialproof
