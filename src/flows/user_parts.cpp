#include "flows/user_parts.h"

#include "base/text.h"
#include "flows/codes.h"

namespace dialproof::flows {

core::BindingName username_binding(const core::ServiceName& service, std::string_view username) {
    return core::BindingName("username:" + service.text + ":" + to_lower(username));
}

core::BindingName number_binding(const core::ServiceName& service, const core::PhoneNumber& number) {
    return core::BindingName("number:" + service.text + ":" + number.e164());
}

std::string attribute(const core::User& user, std::string_view name) {
    const auto found = user.attributes.find(std::string(name));
    return found == user.attributes.end() ? std::string{} : found->second;
}

Answer<core::User> permitted_user(const Draft& draft, const Caller& caller, const core::UserId& id,
                                  core::Action action) {
    const auto* user = draft.find<core::User>(id);
    const auto& home = caller.principal.service;
    const bool foreign = user && home && *home != user->service && !caller.principal.is_self(*user);
    if (!user || user->removed || foreign)
        return refuse(caller.principal.may_know_users() ? core::Reason::user_not_found
                                                        : core::Reason::not_permitted);
    if (!core::allowed(caller.principal, action, *user))
        return refuse(core::Reason::not_permitted);
    return *user;
}

Answer<core::User> changed(Draft& draft, const core::User& user, const core::UserDecision& decision) {
    if (!decision)
        return fail(Failure(decision.error()));
    return draft.change(user, *decision);
}

core::Action phone_action(core::Proof proof) {
    return proof == core::Proof::message ? core::Action::set_phone : core::Action::set_phone_trusting;
}

bool number_taken(const Draft& draft, const core::Policy& policy, const core::User& user,
                  const core::PhoneNumber& number) {
    if (policy.uniqueness == core::Uniqueness::none)
        return false;
    const auto* binding = draft.find<ports::Binding>(number_binding(user.service, number));
    return binding && binding->target != user.id.text;
}

void claim_number(Draft& draft, const core::Policy& policy, const core::User& user,
                  const core::PhoneNumber& number) {
    const auto name = number_binding(user.service, number);
    if (policy.uniqueness == core::Uniqueness::verified_once && !draft.find<ports::Binding>(name))
        draft.put(ports::Binding{name, user.id.text});
}

std::vector<ports::Key> number_bindings(const core::User& user) {
    std::vector<ports::Key> keys;
    for (const auto& phone : user.phones)
        if (phone.verified())
            keys.emplace_back(number_binding(user.service, phone.number));
    return keys;
}

void release_numbers(Draft& draft, const core::User& before, const core::User& after) {
    for (const auto& phone : before.phones) {
        const auto* kept = after.phone(phone.number);
        if (!phone.verified() || (kept && kept->verified()))
            continue;
        const auto name = number_binding(before.service, phone.number);
        const auto* binding = draft.find<ports::Binding>(name);
        if (binding && binding->target == before.id.text)
            draft.erase(name);
    }
}

std::vector<ports::Key> phone_keys(const core::User& user, const core::PhoneNumber& number) {
    auto keys = number_bindings(user);
    keys.emplace_back(number);
    keys.emplace_back(number_binding(user.service, number));
    if (user.pending)
        keys.emplace_back(user.pending->verification);
    return keys;
}

tl::unexpected<Failure> load_first() { return fail(Failure(ports::Fault::conflict)); }

void end_pending(Draft& draft, const core::User& user, core::EndReason reason) {
    if (user.pending)
        end_verification(draft, user.pending->verification, reason);
}

Caller speaking_to(const core::User& user, Caller caller) {
    if (caller.locale.empty())
        caller.locale = attribute(user, core::locale_claim);
    return caller;
}

Answer<UserAnswer> plan_confirm_phone(Draft& draft, const core::User& user, const core::PhoneNumber& number) {
    const auto* policy = draft.rules().service(user.service);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    if (!draft.has(phone_keys(user, number)))
        return load_first();
    if (number_taken(draft, *policy, user, number))
        return refuse(core::Reason::number_taken);
    claim_number(draft, *policy, user, number);
    end_pending(draft, user, core::EndReason::superseded);
    auto after = changed(draft, user, core::decide(user, core::RecordCheck{number, true}, draft.now()));
    if (!after)
        return fail(after.error());
    return UserAnswer{std::move(*after), {}};
}

Answer<UserAnswer> plan_set_phone(Draft& draft, const World& world, const Caller& caller,
                                  const core::User& user, const PhoneChange& phone,
                                  const core::VerificationId& new_id) {
    const auto* policy = draft.rules().policy(user.service, caller.dialect);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    if (!draft.has(phone_keys(user, phone.number.number)))
        return load_first();
    const bool given = phone.proof == core::Proof::given;
    const core::SetPhone command{phone.number.number,
                                 given ? std::nullopt : std::optional<core::VerificationId>(new_id)};
    const auto decision = core::decide(user, command, draft.now());
    if (!decision)
        return fail(Failure(decision.error()));

    std::optional<core::Code> code;
    std::optional<Instant> code_expires_at;
    if (given) {
        if (number_taken(draft, *policy, user, phone.number.number))
            return refuse(core::Reason::number_taken);
        claim_number(draft, *policy, user, phone.number.number);
    } else {
        const NewVerification verification{new_id,      user.id, phone.number, core::Purpose::prove_number,
                                           phone.proof, {}};
        auto handed = start_code(draft, world, speaking_to(user, caller), *policy, verification);
        if (!handed)
            return fail(handed.error());
        code = std::move(handed->code);
        code_expires_at = handed->verification.expires_at;
    }
    end_pending(draft, user, core::EndReason::superseded);
    core::User after = draft.change(user, *decision);
    release_numbers(draft, user, after);
    return UserAnswer{std::move(after), std::move(code), code_expires_at};
}

void count_refusal(const World& world, const Caller& caller, const core::Refused* refused) {
    if (refused)
        world.meter.refused(caller.dialect, to_text(refused->reason));
}

void count_start(const World& world, const Caller& caller, const Answer<UserAnswer>& answer,
                 const core::VerificationId& id) {
    if (answer && answer->user.pending && answer->user.pending->verification == id)
        world.meter.verification_started(answer->user.service.text, caller.dialect);
}

} // namespace dialproof::flows
