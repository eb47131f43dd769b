// One way out to a carrier.
//
// Whoever submits holds the message's lease, so no other sender has it at that time. A sender keeps no
// message: what it was not able to hand over goes back to the outbox with the answer.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "ports/price.h"
#include "ports/submit_outcome.h"

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
    unsigned attempt = 1;      // 1 for the first; with the id it names this leaving
    std::string sender_id{};   // what the handset shows as the sender; empty: the provider's own default
    std::string receipt_url{}; // where the provider may tell what became of it; empty: nowhere
};

struct SubmitResult {
    SubmitOutcome outcome = SubmitOutcome::unknown;
    std::string reference; // the provider's id, where accepted
    std::string error;     // a stable name of what went wrong, such as "twilio_21211", without number or code
    std::optional<Seconds> retry_after;
    // Receipts of this text will not name our message: it has to be findable by `reference` and its number,
    // where it may have left.
    bool receipt_by_reference = false;
    unsigned parts = 0;           // that the provider was given or says it will bill; 0: not known
    std::optional<Price> price{}; // in all, where the answer tells it
};

// A message whose code came back: some providers want to know, and drop routes whose texts arrive nowhere.
struct UsedText {
    core::MessageId id;
    core::PhoneNumber to;
    std::string reference; // of the attempt that this provider took
    Secret<std::string> code;
    Instant at;
};

class Sender {
public:
    virtual ~Sender() = default;

    // As the configuration names it.
    [[nodiscard]] virtual std::string_view name() const = 0;
    // Answers within the sender's own time-out. May be called for several messages at once.
    virtual Task<SubmitResult> submit(const OutgoingText& text) = 0;

    // Whether `report_use` tells anyone.
    [[nodiscard]] virtual bool wants_use() const { return false; }
    // Best effort, within the sender's own time-out.
    virtual Task<void> report_use(const UsedText&) { co_return; }

    // Asks the provider, without sending anything, whether a text would be taken now: credentials, binds. A
    // sentence of what is wrong, or of what was seen to work, as soon as that is known; within the sender's
    // own time-out.
    virtual Task<Result<std::string, std::string>> check() {
        const Result<std::string, std::string> nothing{"it has nothing to check"};
        co_return nothing;
    }
};

} // namespace dialproof::ports
