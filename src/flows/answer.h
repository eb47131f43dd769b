// What a use case gives: a value, a refusal of the rules, or a fault of the world.
#pragma once

#include "base/result.h"
#include "core/refusal.h"
#include "ports/fault.h"

#include <variant>

namespace dialproof::flows {

using Failure = std::variant<core::Refused, ports::Fault>;

template <typename T>
using Answer = Result<T, Failure>;

} // namespace dialproof::flows
