// The code of a verification's present generation, made again from what is stored.
#pragma once

#include "core/code.h"
#include "core/verification.h"
#include "ports/keys.h"

#include <optional>

namespace dialproof::ports {

// Derived, or opened where the caller gave his own. Empty where the key set lacks the verification's key,
// or the code is the fixed one of a test number and so not this function's to know.
std::optional<core::Code> code_of(const core::Verification& verification, const Keys& keys);

// A caller's own code, sealed for a verification that is about to start. Empty where there is no such key.
std::optional<std::string> sealed_code(const core::VerificationId& verification, const core::Code& code,
                                       std::uint32_t key, const Keys& keys);

} // namespace dialproof::ports
