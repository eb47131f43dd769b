// Events of the rules as records of the store: a type name and a JSON object. No code is in any of them.
#pragma once

#include "core/user.h"
#include "core/verification.h"
#include "ports/store.h"

namespace dialproof::flows {

// `after` is the state that the event led to; it gives the stream's id and sequence.
ports::EventRecord record_of(const core::VerificationEvent& event, const core::Verification& after);
ports::EventRecord record_of(const core::UserEvent& event, const core::User& after);

} // namespace dialproof::flows
