// Proving a number for nobody in particular: whoever started a verification holds its id and may check it.
#pragma once

#include "base/task.h"
#include "core/verification.h"
#include "flows/answer.h"
#include "flows/caller.h"
#include "flows/world.h"

#include <optional>
#include <string>

namespace dialproof::flows {

struct StartProof {
    core::ServiceName service;
    core::NumberFacts number;
    core::Purpose purpose = core::Purpose::prove_number;
    std::optional<core::Code> code; // the caller's own; none: derived
};

struct StartedProof {
    core::VerificationId id;
    Instant expires_at;
};

struct CheckProof {
    core::ServiceName service; // of the one that started it
    core::VerificationId id;
    core::PhoneNumber number; // must be the one the verification was started for
    core::Purpose purpose = core::Purpose::prove_number;
    std::string guess;
};

class Proofs {
public:
    explicit Proofs(World world) : world_(world) {}

    // Sends a first code. An earlier pending verification of the same number, service and dialect ends.
    // Refused: number_not_allowed, send_too_soon, send_limit_reached.
    Task<Answer<StartedProof>> start(Caller caller, StartProof start);

    // Refused, in this order: nothing_pending (no such id, another number, ended), attempts_spent,
    // code_wrong, code_expired, already_verified; before all of them check_limit_reached.
    // An unknown id costs the same commit as a wrong code, so time does not tell them apart.
    Task<Answer<core::Approved>> check(Caller caller, CheckProof check);

private:
    World world_;
};

} // namespace dialproof::flows
