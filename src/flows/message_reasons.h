// Why a message is where it is, in sentences for those who run the server. They name the codes that stand
// in logs and metrics.
#pragma once

#include "base/instant.h"
#include "ports/message.h"

#include <string>

namespace dialproof::flows {

// What the provider's answer to this try means for the message.
std::string why_answered(const ports::Attempt& attempt);
// What the receipt means; of an attempt that has one.
std::string why_told(const ports::Attempt& attempt);
std::string why_in_state(const ports::Message& message, Instant now);

} // namespace dialproof::flows
