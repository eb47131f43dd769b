// One try to prove one number. `decide` says what happens to a command, `apply` what a verification
// is after an event; neither waits, reads a clock or fails.
//
// A wrong guess counts on the verification whichever generation it was for: a new code never refills
// the guesses. They fade with time (Policy::guesses_fade).
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "core/policy.h"
#include "core/refusal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dialproof::core {

enum class VerificationStatus { pending, approved, ended };
enum class Purpose { prove_number, sign_in };
enum class Channel { sms };
// How a code reaches its reader: as a message, in the answer to a trusted caller, or not at all because
// it is the fixed code of a test number.
enum class Handover { message, answer, fixed };
enum class EndReason { superseded, number_removed, user_removed };

std::string_view to_text(VerificationStatus status);
std::string_view to_text(Purpose purpose);
std::string_view to_text(Channel channel);
std::string_view to_text(Handover handover);
std::string_view to_text(EndReason reason);

struct Verification {
    VerificationId id;
    ServiceName service;
    std::optional<UserId> subject;
    std::optional<PhoneNumber> number; // always there once started
    std::string region;                // of the number, as NumberFacts has it
    Purpose purpose = Purpose::prove_number;
    Channel channel = Channel::sms;
    std::string dialect;
    std::string locale;

    VerificationStatus status = VerificationStatus::pending;
    CodeShape code_shape;
    std::uint32_t key_number = 0; // of the key that derives its codes
    unsigned generation = 0;
    Handover handover = Handover::message;
    std::string sealed_code; // a caller's own code, under the same key; empty where codes are derived
    Instant created_at, changed_at, expires_at;
    std::vector<Instant> misses; // wrong guesses, oldest first; no more than the policy allows are kept
    std::uint64_t sequence = 0;  // of its last event

    friend bool operator==(const Verification&, const Verification&) = default;
};

// Commands

struct StartVerification {
    VerificationId id;
    std::optional<UserId> subject;
    NumberFacts number;
    Purpose purpose;
    std::string dialect;
    std::string locale;
    std::uint32_t key_number;
    Handover handover;
    std::string sealed_code;
};

// The next generation: a new code, the older ones are dead.
struct RenewCode {
    std::uint32_t key_number;
    Handover handover;
};

struct CheckCode {
    bool matches; // the guess against the code of the present generation, compared in constant time
    PhoneNumber number;
    Purpose purpose;
};

struct EndVerification {
    EndReason reason;
};

// Events

struct VerificationStarted {
    VerificationId id;
    ServiceName service;
    std::optional<UserId> subject;
    PhoneNumber number;
    std::string region;
    Purpose purpose;
    Channel channel;
    std::string dialect;
    std::string locale;
    CodeShape code_shape;
    std::string sealed_code;
};
struct CodeMade {
    unsigned generation;
    std::uint32_t key_number;
    Handover handover;
    Instant expires_at;
};
struct GuessMissed {
    unsigned misses; // how many count now, this one included
};
struct VerificationApproved {};
struct VerificationEnded {
    EndReason reason;
};

struct VerificationEvent {
    Instant at;
    std::variant<VerificationStarted, CodeMade, GuessMissed, VerificationApproved, VerificationEnded> what;
};

// The wrong guesses that still count at `now`.
unsigned misses_counted(const Verification& v, const Policy& policy, Instant now);

// Nothing where a guess may be evaluated, else why not. Does not look at the code.
std::optional<Refused> guess_refused(const Verification& v, const CheckCode& check, const Policy& policy,
                                     Instant now);

struct Approved {
    friend bool operator==(const Approved&, const Approved&) = default;
};

// Events, and an answer: a wrong guess is refused and counted by the same decision.
struct CheckDecision {
    std::vector<VerificationEvent> events;
    Result<Approved, Refused> answer;
};

std::vector<VerificationEvent> decide(const StartVerification& start, const Policy& policy, Instant now);
Result<std::vector<VerificationEvent>, Refused> decide(const Verification& v, const RenewCode& renew,
                                                       const Policy& policy, Instant now);
CheckDecision decide(const Verification& v, const CheckCode& check, const Policy& policy, Instant now);
std::vector<VerificationEvent> decide(const Verification& v, const EndVerification& end, Instant now);

Verification apply(Verification v, const VerificationEvent& event);
Verification apply(Verification v, const std::vector<VerificationEvent>& events);

} // namespace dialproof::core
