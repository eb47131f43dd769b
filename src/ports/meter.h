// What is counted about the work itself. Labels are names of ours, never numbers, users or codes, so
// their number is bounded.
#pragma once

#include "base/instant.h"
#include "ports/price.h"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace dialproof::ports {

class Meter {
public:
    virtual ~Meter() = default;

    virtual void verification_started(std::string_view service, std::string_view dialect) = 0;
    // "approved", or the reason of the refusal.
    virtual void code_checked(std::string_view dialect, std::string_view outcome) = 0;
    virtual void refused(std::string_view dialect, std::string_view reason) = 0;
    // The state a message came to: "sent", "failed", ...
    virtual void message_settled(std::string_view provider, std::string_view state) = 0;
    // Short messages that a provider was given, or may have been: what is billed.
    virtual void parts_sent(std::string_view provider, unsigned parts) = 0;
    // What a text cost, as its provider told.
    virtual void cost(std::string_view provider, const Price& price) = 0;
    virtual void commit_batch(std::size_t commits, std::chrono::microseconds took, std::size_t queued) = 0;
    virtual void commit_conflict() = 0;
};

} // namespace dialproof::ports
