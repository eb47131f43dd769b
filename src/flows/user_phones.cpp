#include "flows/codes.h"
#include "flows/limiters.h"
#include "flows/transact.h"
#include "flows/user_parts.h"
#include "flows/users.h"

namespace dialproof::flows {

namespace {

// A code for `number`: the next generation of what is pending for it, where `renewable` likes that
// verification, or else a new verification, which then is what is pending. The phones stay.
template <typename Renewable>
Answer<UserAnswer> plan_code(Draft& draft, const World& world, const Caller& caller, const core::User& user,
                             const core::NumberFacts& number, const NextCode& next,
                             const core::VerificationId& new_id, Renewable renewable) {
    std::vector<ports::Key> keys{number.number};
    if (user.pending)
        keys.emplace_back(user.pending->verification);
    if (!draft.has(keys))
        return load_first();
    const auto* found = user.pending ? draft.find<core::Verification>(user.pending->verification) : nullptr;
    const bool renew = found && user.pending->number == number.number &&
                       found->status == core::VerificationStatus::pending && renewable(*found);
    const auto* policy = draft.rules().policy(user.service, renew ? found->dialect : caller.dialect);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    auto handed = [&]() -> Answer<HandedCode> {
        if (renew) {
            const core::Verification verification = *found;
            return renew_code(draft, world, caller, *policy, verification, next.proof);
        }
        end_pending(draft, user, core::EndReason::superseded);
        const NewVerification start{new_id, user.id, number, core::Purpose::prove_number, next.proof, {}};
        return start_code(draft, world, speaking_to(user, caller), *policy, start);
    }();
    if (!handed)
        return fail(handed.error());
    const core::AddCode code{
        {handed->verification.id, number.number}, handed->verification.generation, next.wait};
    auto after = changed(draft, user, core::decide(user, code, draft.now()));
    if (!after)
        return fail(after.error());
    return UserAnswer{std::move(*after), std::move(handed->code), handed->verification.expires_at};
}

Answer<UserAnswer> plan_resend(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                               const NextCode& next, const core::VerificationId& new_id) {
    const auto action = next.by_anybody ? core::Action::ask_for_code : phone_action(next.proof);
    auto user = permitted_user(draft, caller, id, action);
    if (!user)
        return fail(user.error());
    const auto any = [](const core::Verification&) { return true; };
    if (next.number) {
        const auto& number = next.number->number;
        const bool pending = user->pending && user->pending->number == number;
        if (!pending && !user->phone(number))
            return refuse(core::Reason::no_phone);
        if (!pending && user->has_verified(number))
            return refuse(core::Reason::already_verified);
        return plan_code(draft, world, caller, *user, *next.number, next, new_id, any);
    }
    if (!user->pending)
        return refuse(core::Reason::nothing_pending);
    if (!draft.has({user->pending->verification, user->pending->number}))
        return load_first();
    const auto* found = draft.find<core::Verification>(user->pending->verification);
    if (!found || found->status != core::VerificationStatus::pending)
        return refuse(core::Reason::nothing_pending);
    const core::NumberFacts number{*found->number, core::NumberType::unknown, found->region};
    return plan_code(draft, world, caller, *user, number, next, new_id, any);
}

Answer<UserAnswer> plan_prove(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                              const core::NumberFacts& number, const NextCode& next,
                              const core::VerificationId& new_id) {
    auto user = permitted_user(draft, caller, id, phone_action(next.proof));
    if (!user)
        return fail(user.error());
    if (user->has_verified(number.number))
        return refuse(core::Reason::already_verified);
    // One that another dialect started has a code of another shape than this one's clients expect.
    const auto of_this_dialect = [&](const core::Verification& v) { return v.dialect == caller.dialect; };
    return plan_code(draft, world, caller, *user, number, next, new_id, of_this_dialect);
}

Answer<UserAnswer> plan_verify(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                               const core::TypedCode& guess) {
    auto user = permitted_user(draft, caller, id, core::Action::verify_phone);
    if (!user && caller.principal.may_know_users())
        return fail(user.error());
    // A caller who may not know users learns nothing here, neither by the answer nor by what it costs: a
    // guess at nobody counts too, by the rules of the service that is always there.
    const auto* service = draft.rules().service(user ? user->service : core::ServiceName("default"));
    if (!service)
        return fail(Failure(ports::Fault::unavailable));
    charge_check(draft, caller, *service);
    if (!user || !user->pending)
        return refuse(core::Reason::nothing_pending);
    const core::PhoneNumber number = user->pending->number;
    if (!draft.has({user->pending->verification, number, number_binding(user->service, number)}))
        return load_first();
    const auto* found = draft.find<core::Verification>(user->pending->verification);
    if (!found)
        return refuse(core::Reason::nothing_pending);
    const core::Verification verification = *found;
    const auto* policy = draft.rules().policy(user->service, verification.dialect);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));

    const Guess judged{number, verification.purpose, guess, number_taken(draft, *policy, *user, number)};
    const auto verdict = judge_guess(draft, world, *policy, verification, judged);
    if (!verdict && !draft.changes(verification.id)) // refused without being judged
        return fail(verdict.error());
    const core::RecordCheck check{number, verdict.has_value()};
    auto after = changed(draft, *user, core::decide(*user, check, draft.now()));
    if (!after)
        return fail(after.error());
    if (!verdict)
        return fail(verdict.error());
    claim_number(draft, *policy, *user, number);
    return UserAnswer{std::move(*after), {}};
}

Answer<UserAnswer> plan_remove_phone(Draft& draft, const Caller& caller, const core::UserId& id,
                                     const std::string& prefix) {
    auto user = permitted_user(draft, caller, id, core::Action::remove_phone);
    if (!user)
        return fail(user.error());
    auto keys = number_bindings(*user);
    if (user->pending)
        keys.emplace_back(user->pending->verification);
    if (!draft.has(keys))
        return load_first();
    auto after = changed(draft, *user, core::decide(*user, core::RemovePhones{}, draft.now()));
    if (!after)
        return fail(after.error());
    core::Attributes gone;
    for (const auto& [name, value] : user->attributes)
        if (!prefix.empty() && name.starts_with(prefix))
            gone.emplace(name, "");
    after = changed(draft, *after, core::decide(*after, core::ChangeProfile{std::move(gone)}, draft.now()));
    if (!after)
        return fail(after.error());
    end_pending(draft, *user, core::EndReason::number_removed);
    release_numbers(draft, *user, *after);
    return UserAnswer{std::move(*after), {}};
}

} // namespace

Task<Answer<UserAnswer>> Users::set_phone(Caller caller, core::UserId id, PhoneChange phone) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    std::vector<ports::Key> keys{id, phone.number.number};
    auto plan = [=](Draft& draft) -> Answer<UserAnswer> {
        auto user = permitted_user(draft, caller, id, phone_action(phone.proof));
        if (!user)
            return fail(user.error());
        return plan_set_phone(draft, world, caller, *user, phone, new_id);
    };
    return run_counted(world, std::move(caller), std::move(keys), std::move(plan), new_id);
}

Task<Answer<UserAnswer>> Users::prove_phone(Caller caller, core::UserId id, core::NumberFacts number,
                                            core::CodeWait wait) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    const NextCode next{core::Proof::message, number, wait, false};
    std::vector<ports::Key> keys{id, number.number};
    auto plan = [=](Draft& draft) { return plan_prove(draft, world, caller, id, number, next, new_id); };
    return run_counted(world, std::move(caller), std::move(keys), std::move(plan), new_id);
}

Task<Answer<UserAnswer>> Users::resend(Caller caller, core::UserId id, NextCode next) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_resend(draft, world, caller, id, next, new_id); };
    return run_counted(world, std::move(caller), std::move(keys), std::move(plan), new_id);
}

Task<Answer<UserAnswer>> Users::verify(Caller caller, core::UserId id, core::TypedCode guess) {
    const World world = world_;
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_verify(draft, world, caller, id, guess); };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan), caller.deadline);
    world.meter.code_checked(caller.dialect, outcome_name(answer));
    co_return answer;
}

Task<Answer<UserAnswer>> Users::remove_phone(Caller caller, core::UserId id, std::string prefix) {
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_remove_phone(draft, caller, id, prefix); };
    return run_counted(world_, std::move(caller), std::move(keys), std::move(plan));
}

} // namespace dialproof::flows
