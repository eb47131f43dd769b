#pragma once

#include "base/result.h"
#include "ports/numbering_plan.h"

namespace dialproof::numbering {

using ParsedNumber = Result<core::NumberFacts, ports::NumberError>;

} // namespace dialproof::numbering
