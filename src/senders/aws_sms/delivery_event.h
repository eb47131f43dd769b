// What AWS End User Messaging tells of a text, in the envelope of EventBridge
// (docs.aws.amazon.com/sms-voice/latest/userguide/monitor-event-bridge.html and
// configuration-sets-event-types.html).
#pragma once

#include "base/instant.h"
#include "http_sending/callback.h"

#include <string>
#include <vector>

namespace dialproof::senders {

// One receipt; none of an event that is not about a text, or tells nothing new.
Result<std::vector<ports::ProviderReceipt>, http_sending::CallbackFault>
read_delivery_event(const std::string& body, Instant now);

} // namespace dialproof::senders
