// Events of the rules as records of the store: a type name and a JSON object. No code is in any of them.
#pragma once

#include "core/user.h"
#include "core/verification.h"
#include "ports/store.h"

#include <string_view>

namespace dialproof::flows {

// `after` is the state that the event led to; it gives the stream's id and sequence.
ports::EventRecord record_of(const core::VerificationEvent& event, const core::Verification& after);
ports::EventRecord record_of(const core::UserEvent& event, const core::User& after);

// A member of a verification's record, as its text without quotes; empty where there is none. Reads what
// `record_of` wrote of all events but the start, whose members may need escapes and stand in the row.
std::string_view plain_member(const ports::EventRecord& record, std::string_view name);

} // namespace dialproof::flows
