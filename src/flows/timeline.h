// Why a verification went as it did: one list, oldest first, of what its events and messages say. No code
// stands in it, and its number is masked, so that it can be shown and sent on.
#pragma once

#include "base/instant.h"
#include "core/rules.h"
#include "core/verification.h"
#include "ports/message.h"
#include "ports/store.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace dialproof::flows {

// A trusted caller may renew a code as often as it likes; of more steps than this the newest are told.
inline constexpr std::size_t timeline_steps_max = 1000;

struct Detail {
    std::string name; // "provider"
    std::variant<std::string, std::uint64_t> value;

    friend bool operator==(const Detail&, const Detail&) = default;
};

struct TimelineStep {
    Instant at;
    std::string what; // a stable name: "message_tried"
    std::string why;  // a sentence that names the rule, code or configuration key; empty where there is none
    std::vector<Detail> details;

    friend bool operator==(const TimelineStep&, const TimelineStep&) = default;
};

struct Timeline {
    core::VerificationId verification;
    std::string number; // masked
    core::VerificationStatus status = core::VerificationStatus::pending;
    Instant expires_at;              // of its newest code
    std::vector<TimelineStep> steps; // oldest first; of one moment, causes come before effects
    std::size_t left_out = 0;        // steps before the first one
};

// `events` and `messages` are all of that verification, oldest first. `rules` are those of today, which may
// not be those that were in force.
Timeline timeline_of(const core::Verification& verification, const std::vector<ports::EventRecord>& events,
                     const std::vector<ports::Message>& messages, const core::Rules& rules, Instant now);

} // namespace dialproof::flows
