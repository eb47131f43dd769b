// How each configured provider is doing, as those who run the server may ask. Counted since the start of
// this process, and kept in no store.
#pragma once

#include "base/instant.h"
#include "ports/message.h"
#include "ports/submit_outcome.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::ports {

// Closed: it gets texts. Open: it failed too often and rests. Half open: one text is to try it.
enum class BreakerState { closed, open, half_open };

std::string_view to_text(BreakerState state);

struct ProviderHealth {
    std::string name;
    BreakerState breaker = BreakerState::closed;
    std::optional<Instant> rests_until; // also where it only asked for a pause
    std::size_t in_flight = 0;
    std::map<SubmitOutcome, std::uint64_t> outcomes;
    std::map<MessageState, std::uint64_t> receipts;
    std::optional<Instant> accepted_at; // the last time
    std::string error;                  // the last, by a stable name
    std::optional<Instant> error_at;
};

class ProviderWatch {
public:
    virtual ~ProviderWatch() = default;
    // In the order in which they were configured. Safe from any thread.
    [[nodiscard]] virtual std::vector<ProviderHealth> health(Instant now) const = 0;
};

} // namespace dialproof::ports
