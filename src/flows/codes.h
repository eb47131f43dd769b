// Parts of plans that hand out codes and judge guesses; shared by all use cases, so that limits and
// budgets cannot differ between them.
#pragma once

#include "core/code.h"
#include "core/user.h"
#include "core/verification.h"
#include "flows/answer.h"
#include "flows/caller.h"
#include "flows/draft.h"
#include "flows/world.h"

#include <optional>
#include <string>

namespace dialproof::flows {

struct HandedCode {
    core::Verification verification;
    std::optional<core::Code> code; // where it goes to the caller
};

struct NewVerification {
    core::VerificationId id;
    std::optional<core::UserId> subject;
    core::NumberFacts number;
    core::Purpose purpose = core::Purpose::prove_number;
    core::Proof proof = core::Proof::message; // message or answer
    std::optional<core::Code> code;           // the caller's own; none: derived
};

// Needs the number's line. Refused: number_not_allowed, send_too_soon, send_limit_reached.
Answer<HandedCode> start_code(Draft& draft, const World& world, const Caller& caller,
                              const core::Policy& policy, const NewVerification& start);

// The next generation of a verification. Needs the number's line. Refused: nothing_pending, and as above.
Answer<HandedCode> renew_code(Draft& draft, const World& world, const Caller& caller,
                              const core::Policy& policy, const core::Verification& verification,
                              core::Proof proof);

struct Guess {
    core::PhoneNumber number;
    core::Purpose purpose = core::Purpose::prove_number;
    core::TypedCode typed;
    bool number_taken = false; // by another user, and only one may have it
};

// Judges and counts a guess. Needs the number's line. Where the guess is right but the number is taken,
// that is the refusal, and the code stays good for when it no longer is.
Answer<core::Approved> judge_guess(Draft& draft, const World& world, const core::Policy& policy,
                                   const core::Verification& verification, const Guess& guess);

// The code that would be accepted, by the rules' test numbers or derived. Empty where its key is gone.
std::optional<core::Code> expected_code(const Draft& draft, const World& world, const core::Verification& v);

// Nothing happens to one that is not pending, or not there.
void end_verification(Draft& draft, const std::optional<core::VerificationId>& id, core::EndReason reason);

// Names a verification or message: 32 lower case hex digits, 48 bits of milliseconds and 80 random ones.
// Ids that grow with time let the store append where random ones would touch its every page.
std::string new_row_id(const World& world);

// What the meter is told of a check: "approved", or the name of the refusal or fault.
template <typename T>
std::string_view outcome_name(const Answer<T>& answer) {
    if (answer)
        return "approved";
    if (const auto* refused = std::get_if<core::Refused>(&answer.error()))
        return to_text(refused->reason);
    return to_text(std::get<ports::Fault>(answer.error()));
}

tl::unexpected<Failure> refuse(core::Reason reason);

} // namespace dialproof::flows
