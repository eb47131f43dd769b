#include "flows/proofs.h"

#include "flows/codes.h"
#include "flows/limiters.h"
#include "flows/transact.h"

namespace dialproof::flows {

namespace {

// Where proofs of this dialect and service come in: of one number and door only the newest may be checked.
std::string door_of(const Caller& caller, const core::ServiceName& service) {
    return caller.dialect + ":" + service.text;
}

std::optional<core::VerificationId> newest_proof(const core::Line& line, const std::string& door) {
    const auto found = line.proofs.find(door);
    return found == line.proofs.end() ? std::nullopt : std::optional(found->second.verification);
}

Answer<StartedProof> plan_start(Draft& draft, const World& world, const Caller& caller,
                                const StartProof& start, const core::VerificationId& id) {
    const auto* policy = draft.rules().policy(start.service, caller.dialect);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    const auto door = door_of(caller, start.service);
    const auto earlier = newest_proof(draft.line(start.number.number), door);
    if (earlier && !draft.has({*earlier}))
        return refuse(core::Reason::nothing_pending);
    const NewVerification verification{id, {}, start.number, start.purpose, core::Proof::message, start.code};
    auto handed = start_code(draft, world, caller, *policy, verification);
    if (!handed)
        return fail(handed.error());
    end_verification(draft, earlier, core::EndReason::superseded);
    const Instant expires_at = handed->verification.expires_at;
    draft.change(draft.line(start.number.number),
                 {draft.now(), core::LineProofStarted{door, id, expires_at}});
    return StartedProof{id, expires_at};
}

Answer<core::Approved> plan_check(Draft& draft, const World& world, const Caller& caller,
                                  const CheckProof& check) {
    const auto* verification = draft.find<core::Verification>(check.id);
    const auto* policy = draft.rules().policy(check.service, caller.dialect);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    charge_check(draft, caller, *policy);
    // A proven one is the newest too, until the next one starts.
    const auto newest = newest_proof(draft.line(check.number), door_of(caller, check.service));
    if (!verification || newest != check.id)
        return refuse(core::Reason::nothing_pending);
    return judge_guess(draft, world, *policy, *verification, {check.number, check.purpose, {check.guess}});
}

} // namespace

Task<Answer<StartedProof>> Proofs::start(Caller caller, StartProof start) {
    const core::VerificationId id(new_row_id(world_));
    std::vector<ports::Key> keys{start.number.number};
    const World world = world_;
    auto plan = [world, caller, start, id](Draft& draft) {
        return plan_start(draft, world, caller, start, id);
    };
    auto answer = co_await transact<StartedProof>(world_, std::move(keys), std::move(plan), caller.deadline);
    if (answer)
        world_.meter.verification_started(start.service.text, caller.dialect);
    else if (const auto* refused = std::get_if<core::Refused>(&answer.error()))
        world_.meter.refused(caller.dialect, to_text(refused->reason));
    co_return answer;
}

Task<Answer<core::Approved>> Proofs::check(Caller caller, CheckProof check) {
    std::vector<ports::Key> keys{check.id, check.number};
    const World world = world_;
    auto plan = [world, caller, check](Draft& draft) { return plan_check(draft, world, caller, check); };
    auto answer =
        co_await transact<core::Approved>(world_, std::move(keys), std::move(plan), caller.deadline);
    world_.meter.code_checked(caller.dialect, outcome_name(answer));
    co_return answer;
}

} // namespace dialproof::flows
