#include "flows/users.h"

#include "base/text.h"
#include "flows/codes.h"
#include "flows/limiters.h"
#include "flows/transact.h"

namespace dialproof::flows {

namespace {

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

// The user if the caller may do this, else why not. Users of other services are not there for a caller
// whose permissions hold in one: whether they exist is none of its business.
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

// Whether another user has verified this number, where only one may.
bool number_taken(const Draft& draft, const core::Policy& policy, const core::User& user,
                  const core::PhoneNumber& number) {
    if (policy.uniqueness == core::Uniqueness::none)
        return false;
    const auto* binding = draft.find<ports::Binding>(number_binding(user.service, number));
    return binding && binding->target != user.id.text;
}

// The number is this user's alone from now on, where only one may have it.
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

// The verified numbers that the user gave up may be claimed by others.
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

// Rows that setting `number` for `user` touches.
std::vector<ports::Key> phone_keys(const core::User& user, const core::PhoneNumber& number) {
    auto keys = number_bindings(user);
    keys.emplace_back(number);
    keys.emplace_back(number_binding(user.service, number));
    if (user.pending)
        keys.emplace_back(*user.pending);
    return keys;
}

// Asks for rows; the answer is dropped and the plan runs again.
tl::unexpected<Failure> load_first() { return fail(Failure(ports::Fault::conflict)); }

// The language of a user's messages: of the call, or else of the user.
Caller speaking_to(const core::User& user, Caller caller) {
    if (caller.locale.empty())
        caller.locale = attribute(user, core::locale_claim);
    return caller;
}

// A trusted caller's word that the present number is the user's.
Answer<UserAnswer> plan_confirm_phone(Draft& draft, const core::User& user, const core::PhoneNumber& number) {
    const auto* policy = draft.rules().service(user.service);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    if (!draft.has(phone_keys(user, number)))
        return load_first();
    if (number_taken(draft, *policy, user, number))
        return refuse(core::Reason::number_taken);
    claim_number(draft, *policy, user, number);
    end_verification(draft, user.pending, core::EndReason::superseded);
    auto after = changed(draft, user, core::decide(user, core::RecordCheck{number, true}, draft.now()));
    if (!after)
        return fail(after.error());
    return UserAnswer{std::move(*after), {}};
}

Answer<UserAnswer> plan_set_phone(Draft& draft, const World& world, const Caller& caller,
                                  const core::User& user, const PhoneChange& phone,
                                  const core::VerificationId& new_id) {
    const auto* policy = draft.rules().service(user.service);
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
    }
    end_verification(draft, user.pending, core::EndReason::superseded);
    core::User after = draft.change(user, *decision);
    release_numbers(draft, user, after);
    return UserAnswer{std::move(after), std::move(code)};
}

Answer<UserAnswer> plan_add(Draft& draft, const World& world, const Caller& caller, const NewUser& add,
                            const core::VerificationId& new_id) {
    core::User user;
    user.id = add.id;
    user.service = add.service;
    if (!core::allowed(caller.principal, core::Action::add_user, user))
        return refuse(core::Reason::not_permitted);
    const auto* present = draft.find<core::User>(add.id);
    const auto decision = core::decide(present ? std::optional(*present) : std::nullopt,
                                       core::AddUser{add.id, add.service, add.attributes}, draft.now());
    if (!decision)
        return fail(Failure(decision.error()));
    const auto name = add.attributes.find(core::username_claim);
    if (name != add.attributes.end() && !name->second.empty()) {
        const auto binding = username_binding(add.service, name->second);
        if (!draft.has({binding}))
            return load_first();
        if (draft.find<ports::Binding>(binding))
            return refuse(core::Reason::username_taken);
        draft.put(ports::Binding{binding, add.id.text});
    }
    user = draft.change(core::User{}, *decision);
    if (!add.phone)
        return UserAnswer{std::move(user), {}};
    return plan_set_phone(draft, world, caller, user, *add.phone, new_id);
}

Answer<core::User> plan_rename(Draft& draft, const core::User& user, const core::Attributes& attributes) {
    const auto name = attributes.find(core::username_claim);
    const std::string old = attribute(user, core::username_claim);
    if (name == attributes.end() || name->second == old)
        return user;
    const auto before = username_binding(user.service, old);
    const auto after = username_binding(user.service, name->second);
    if (!draft.has({before, after}))
        return load_first();
    if (before == after)
        return user;
    if (draft.find<ports::Binding>(after))
        return refuse(core::Reason::username_taken);
    draft.erase(before);
    if (!name->second.empty())
        draft.put(ports::Binding{after, user.id.text});
    return user;
}

Answer<UserAnswer> plan_update(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                               const core::Attributes& attributes, const std::optional<PhoneChange>& phone,
                               const core::VerificationId& new_id) {
    auto user = permitted_user(draft, caller, id, core::Action::change_profile);
    if (!user)
        return fail(user.error());
    if (phone && !core::allowed(caller.principal, phone_action(phone->proof), *user))
        return refuse(core::Reason::not_permitted);
    if (const auto renamed = plan_rename(draft, *user, attributes); !renamed)
        return fail(renamed.error());
    auto profiled = changed(draft, *user, core::decide(*user, core::ChangeProfile{attributes}, draft.now()));
    if (!profiled)
        return fail(profiled.error());
    const auto* primary = profiled->primary_phone();
    const bool same = phone && primary && primary->number == phone->number.number;
    if (same && phone->proof == core::Proof::given && !primary->verified())
        return plan_confirm_phone(draft, *profiled, primary->number);
    if (!phone || same)
        return UserAnswer{std::move(*profiled), {}};
    return plan_set_phone(draft, world, caller, *profiled, *phone, new_id);
}

Answer<UserAnswer> plan_resend(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                               core::Proof proof) {
    auto user = permitted_user(draft, caller, id, phone_action(proof));
    if (!user)
        return fail(user.error());
    if (!user->pending)
        return refuse(core::Reason::nothing_pending);
    if (!draft.has({*user->pending}))
        return load_first();
    const auto* found = draft.find<core::Verification>(*user->pending);
    const auto* policy = draft.rules().service(user->service);
    if (!found)
        return refuse(core::Reason::nothing_pending);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    const core::Verification verification = *found;
    if (!draft.has({*verification.number}))
        return load_first();
    auto handed = renew_code(draft, world, caller, *policy, verification, proof);
    if (!handed)
        return fail(handed.error());
    const core::AddCode code{verification.id, handed->verification.generation};
    auto after = changed(draft, *user, core::decide(*user, code, draft.now()));
    if (!after)
        return fail(after.error());
    return UserAnswer{std::move(*after), std::move(handed->code)};
}

Answer<UserAnswer> plan_verify(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                               const std::string& guess) {
    auto user = permitted_user(draft, caller, id, core::Action::verify_phone);
    if (!user && caller.principal.may_know_users())
        return fail(user.error());
    // A caller who may not know users learns nothing here, neither by the answer nor by what it costs: a
    // guess at nobody counts too, by the rules of the service that is always there.
    const auto* policy = draft.rules().service(user ? user->service : core::ServiceName("default"));
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    charge_check(draft, caller, *policy);
    if (!user || !user->pending)
        return refuse(core::Reason::nothing_pending);
    if (!draft.has({*user->pending}))
        return load_first();
    const auto* found = draft.find<core::Verification>(*user->pending);
    if (!found)
        return refuse(core::Reason::nothing_pending);
    const core::Verification verification = *found;
    const core::PhoneNumber number = *verification.number;
    if (!draft.has({number, number_binding(user->service, number)}))
        return load_first();

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

Answer<UserAnswer> plan_remove_phone(Draft& draft, const Caller& caller, const core::UserId& id) {
    auto user = permitted_user(draft, caller, id, core::Action::remove_phone);
    if (!user)
        return fail(user.error());
    auto keys = number_bindings(*user);
    if (user->pending)
        keys.emplace_back(*user->pending);
    if (!draft.has(keys))
        return load_first();
    auto after = changed(draft, *user, core::decide(*user, core::RemovePhones{}, draft.now()));
    if (!after)
        return fail(after.error());
    end_verification(draft, user->pending, core::EndReason::number_removed);
    release_numbers(draft, *user, *after);
    return UserAnswer{std::move(*after), {}};
}

Answer<UserAnswer> plan_remove(Draft& draft, const Caller& caller, const core::UserId& id) {
    auto user = permitted_user(draft, caller, id, core::Action::remove_user);
    if (!user)
        return fail(user.error());
    const auto username = username_binding(user->service, attribute(*user, core::username_claim));
    auto keys = number_bindings(*user);
    keys.emplace_back(username);
    if (user->pending)
        keys.emplace_back(*user->pending);
    if (!draft.has(keys))
        return load_first();
    auto after = changed(draft, *user, core::decide(*user, core::RemoveUser{}, draft.now()));
    if (!after)
        return fail(after.error());
    end_verification(draft, user->pending, core::EndReason::user_removed);
    release_numbers(draft, *user, *after);
    draft.erase(username);
    return UserAnswer{std::move(*after), {}};
}

void count_refusal(const World& world, const Caller& caller, const Answer<UserAnswer>& answer) {
    if (!answer)
        if (const auto* refused = std::get_if<core::Refused>(&answer.error()))
            world.meter.refused(caller.dialect, to_text(refused->reason));
}

} // namespace

Task<Answer<UserAnswer>> Users::add(Caller caller, NewUser user) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    std::vector<ports::Key> keys{user.id};
    auto plan = [=](Draft& draft) { return plan_add(draft, world, caller, user, new_id); };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    count_refusal(world, caller, answer);
    if (answer && user.phone && user.phone->proof != core::Proof::given)
        world.meter.verification_started(user.service.text, caller.dialect);
    co_return answer;
}

Task<Answer<UserAnswer>> Users::get(Caller caller, core::UserId id) {
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) -> Answer<UserAnswer> {
        auto user = permitted_user(draft, caller, id, core::Action::read_user);
        if (!user)
            return fail(user.error());
        return UserAnswer{std::move(*user), {}};
    };
    return transact<UserAnswer>(world_, std::move(keys), std::move(plan));
}

Task<Answer<UserAnswer>> Users::update(Caller caller, core::UserId id, core::Attributes changed_attributes,
                                       std::optional<PhoneChange> phone) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) {
        return plan_update(draft, world, caller, id, changed_attributes, phone, new_id);
    };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    count_refusal(world, caller, answer);
    if (answer && answer->user.pending == new_id)
        world.meter.verification_started(answer->user.service.text, caller.dialect);
    co_return answer;
}

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
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    count_refusal(world, caller, answer);
    if (answer && phone.proof != core::Proof::given)
        world.meter.verification_started(answer->user.service.text, caller.dialect);
    co_return answer;
}

Task<Answer<UserAnswer>> Users::resend(Caller caller, core::UserId id, core::Proof proof) {
    const World world = world_;
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_resend(draft, world, caller, id, proof); };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    count_refusal(world, caller, answer);
    co_return answer;
}

Task<Answer<UserAnswer>> Users::verify(Caller caller, core::UserId id, std::string guess) {
    const World world = world_;
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_verify(draft, world, caller, id, guess); };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    world.meter.code_checked(caller.dialect, outcome_name(answer));
    co_return answer;
}

Task<Answer<UserAnswer>> Users::remove_phone(Caller caller, core::UserId id) {
    const World world = world_;
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_remove_phone(draft, caller, id); };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    count_refusal(world, caller, answer);
    co_return answer;
}

Task<Answer<UserAnswer>> Users::remove(Caller caller, core::UserId id) {
    const World world = world_;
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_remove(draft, caller, id); };
    auto answer = co_await transact<UserAnswer>(world, std::move(keys), std::move(plan));
    count_refusal(world, caller, answer);
    co_return answer;
}

} // namespace dialproof::flows
