// What is known of one number whoever uses it: when it was sent to, and the wrong guesses spent on it.
// All services, users and dialects share it, so changing any of them opens no fresh budget.
#pragma once

#include "base/instant.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "core/policy.h"
#include "core/refusal.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dialproof::core {

// The one verification that whoever holds its id may check: the newest of a door.
struct LineProof {
    VerificationId verification;
    Instant expires_at; // so that a line is not forgotten before what it names

    friend bool operator==(const LineProof&, const LineProof&) = default;
};

struct Line {
    PhoneNumber number;
    std::vector<Instant> sends;  // oldest first, as many as the longest limit needs
    std::vector<Instant> misses; // likewise
    unsigned misses_in_row = 0;
    std::map<std::string, LineProof> proofs{}; // by door, which is a dialect and a service

    friend bool operator==(const Line&, const Line&) = default;
};

struct LineSentTo {};
struct LineProofStarted {
    std::string door;
    VerificationId verification;
    Instant expires_at;
};
struct LineGuessMissed {};
struct LineGuessHit {};
struct LineCleared {}; // by an operator: guesses and the row are forgotten, sends are not

struct LineEvent {
    Instant at;
    std::variant<LineSentTo, LineProofStarted, LineGuessMissed, LineGuessHit, LineCleared> what;
};

// Nothing where the line may be sent to at `now`, else why not and until when. `gap`, where there is one, is
// in place of the policy's.
std::optional<Refused> send_refused(const Line& line, const LinePolicy& policy, Instant now,
                                    std::optional<Seconds> gap = {});

// Nothing where a guess may be spent at `now`, else why not. Where an operator has to help, there is no
// `retry_at`.
std::optional<Refused> guess_refused(const Line& line, const LinePolicy& policy, Instant now);

// Wrong guesses that may still be spent at `now`.
unsigned guesses_left(const Line& line, const LinePolicy& policy, Instant now);

Line apply(Line line, const LineEvent& event, const LinePolicy& policy);

} // namespace dialproof::core
