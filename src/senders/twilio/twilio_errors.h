// What Twilio's error codes mean for a text.
#pragma once

#include "ports/sender.h"

#include <optional>
#include <string_view>

namespace dialproof::senders {

// Nothing where the code is not listed.
std::optional<ports::SubmitOutcome> twilio_outcome(std::string_view code);

} // namespace dialproof::senders
