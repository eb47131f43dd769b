// One way out to a carrier.
#pragma once

#include "base/instant.h"
#include "base/secret.h"
#include "base/task.h"
#include "core/ids.h"
#include "core/phone_number.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::ports {

// A message ready to leave: `text` holds the code. `id` is the same in every attempt.
struct OutgoingText {
    core::MessageId id;
    core::PhoneNumber to;
    core::ServiceName service;
    std::string channel;
    Secret<std::string> text;
    Secret<std::string> code; // as it stands in the text, for providers that take it apart
    Instant created_at, expires_at;
};

enum class SubmitOutcome {
    accepted,
    refused,     // this number or text will never be taken: do not try again
    throttled,   // later, see `retry_after`
    unavailable, // surely not sent; another try may work
    unknown,     // handed over, no answer: it may have been sent
};

std::string_view to_text(SubmitOutcome outcome);

struct SubmitResult {
    SubmitOutcome outcome = SubmitOutcome::unknown;
    std::string reference; // the provider's id, where accepted
    std::string error;     // a stable name of what went wrong, without number or code
    std::optional<Seconds> retry_after;
};

class Sender {
public:
    virtual ~Sender() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;
    // Answers within the sender's own time-out. May be called for several messages at once.
    virtual Task<SubmitResult> submit(const OutgoingText& text) = 0;
};

} // namespace dialproof::ports
