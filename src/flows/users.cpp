#include "flows/users.h"

#include "flows/codes.h"
#include "flows/limiters.h"
#include "flows/transact.h"
#include "flows/user_parts.h"

#include <algorithm>

namespace dialproof::flows {

namespace {

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

Answer<UserAnswer> plan_remove(Draft& draft, const Caller& caller, const core::UserId& id) {
    auto user = permitted_user(draft, caller, id, core::Action::remove_user);
    if (!user)
        return fail(user.error());
    const auto username = username_binding(user->service, attribute(*user, core::username_claim));
    auto keys = number_bindings(*user);
    keys.emplace_back(username);
    if (user->pending)
        keys.emplace_back(user->pending->verification);
    if (!draft.has(keys))
        return load_first();
    auto after = changed(draft, *user, core::decide(*user, core::RemoveUser{}, draft.now()));
    if (!after)
        return fail(after.error());
    end_pending(draft, *user, core::EndReason::user_removed);
    release_numbers(draft, *user, *after);
    draft.erase(username);
    return UserAnswer{std::move(*after), {}};
}

// The attributes as the record has them: those of its prefix that it does not name are gone.
core::Attributes replaced(const core::User& user, const UserRecord& record) {
    core::Attributes attributes = record.attributes;
    for (const auto& [name, value] : user.attributes)
        if (name.starts_with(record.prefix))
            attributes.emplace(name, "");
    return attributes;
}

// The user of the record, as it stands or newly added.
Answer<core::User> plan_record(Draft& draft, const Caller& caller, const core::UserId& id,
                               const UserRecord& record) {
    core::User target;
    const auto* present = draft.find<core::User>(id);
    if (present) {
        target = *present;
    } else {
        target.id = id;
        target.service = record.service;
    }
    for (const auto action : {core::Action::change_profile, phone_action(record.phone.proof)})
        if (!core::allowed(caller.principal, action, target))
            return refuse(core::Reason::not_permitted);
    if (target.removed || target.service != record.service)
        return refuse(core::Reason::user_not_found);
    if (present)
        return changed(draft, target,
                       core::decide(target, core::ChangeProfile{replaced(target, record)}, draft.now()));
    return changed(draft, core::User{},
                   core::decide(std::optional<core::User>{},
                                core::AddUser{id, record.service, record.attributes}, draft.now()));
}

// Beside a phone that stays: when the code that is on its way expires, and the code where it is to be shown.
Answer<UserAnswer> with_pending_code(Draft& draft, const World& world, UserAnswer answer, bool show_code) {
    if (!answer.user.pending)
        return answer;
    const auto id = answer.user.pending->verification;
    if (!draft.changes(id) && !draft.has({id}))
        return load_first();
    const auto* verification = draft.find<core::Verification>(id);
    if (!verification)
        return answer;
    answer.code_expires_at = verification->expires_at;
    if (show_code)
        answer.code = expected_code(draft, world, *verification);
    return answer;
}

Answer<UserAnswer> plan_put(Draft& draft, const World& world, const Caller& caller, const core::UserId& id,
                            const UserRecord& record, const core::VerificationId& new_id) {
    auto user = plan_record(draft, caller, id, record);
    if (!user)
        return fail(user.error());
    const auto* primary = user->primary_phone();
    const bool same = primary && primary->number == record.phone.number.number;
    if (same && record.phone.proof == core::Proof::given && !primary->verified())
        return plan_confirm_phone(draft, *user, primary->number);
    if (same)
        return with_pending_code(draft, world, UserAnswer{std::move(*user), {}}, record.show_code);
    auto answer = plan_set_phone(draft, world, caller, *user, record.phone, new_id);
    if (!answer)
        return answer;
    return with_pending_code(draft, world, std::move(*answer), record.show_code);
}

// The users that a query may mean.
Task<Result<ports::Loaded, ports::Fault>> candidates_of(World world, UserQuery query) {
    if (const auto* number = std::get_if<core::PhoneNumber>(&query.by)) {
        auto owners = co_await world.store.users_of(*number, Users::found_max);
        co_return owners;
    }
    std::vector<ports::Key> keys;
    if (const auto* login = std::get_if<Login>(&query.by)) {
        const auto name = username_binding(query.service, login->text);
        std::vector<ports::Key> names{name};
        const auto loaded = co_await world.store.load(std::move(names));
        if (!loaded)
            co_return fail(loaded.error());
        const auto* binding = loaded->find<ports::Binding>(name);
        keys.emplace_back(core::UserId(binding ? binding->target : login->text));
    } else {
        keys.emplace_back(std::get<core::UserId>(query.by));
    }
    auto users = co_await world.store.load(std::move(keys));
    co_return users;
}

bool is_meant(const core::User& user, const UserQuery& query) {
    if (user.removed || user.service != query.service)
        return false;
    const auto* number = std::get_if<core::PhoneNumber>(&query.by);
    return !number || user.phone(*number) || (user.pending && user.pending->number == *number);
}

// First whoever waits for a code to that number, the newest first.
void sort_by_wait(std::vector<core::User>& users, const UserQuery& query) {
    const auto* number = std::get_if<core::PhoneNumber>(&query.by);
    const auto waits_since = [&](const core::User& user) {
        const bool waits = number && user.pending && user.pending->number == *number;
        return waits ? user.code_made_at : std::nullopt;
    };
    std::stable_sort(users.begin(), users.end(),
                     [&](const auto& a, const auto& b) { return waits_since(a) > waits_since(b); });
}

std::vector<core::User> meant_users(const ports::Loaded& candidates, const UserQuery& query) {
    std::vector<core::User> meant;
    for (const auto& [key, stored] : candidates.rows()) {
        const auto* user = stored.row.as<core::User>();
        if (user && is_meant(*user, query))
            meant.push_back(*user);
    }
    sort_by_wait(meant, query);
    return meant;
}

// Counts for whoever asked.
Answer<std::vector<core::User>> plan_nobody_found(Draft& draft, const Caller& caller,
                                                  const UserQuery& query) {
    const auto* policy = draft.rules().policy(query.service, caller.dialect);
    if (!policy)
        return fail(Failure(ports::Fault::unavailable));
    charge_check(draft, caller, *policy);
    return refuse(core::Reason::user_not_found);
}

} // namespace

Task<Answer<UserAnswer>> Users::add(Caller caller, NewUser user) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    std::vector<ports::Key> keys{user.id};
    auto plan = [=](Draft& draft) { return plan_add(draft, world, caller, user, new_id); };
    return run_counted(world, std::move(caller), std::move(keys), std::move(plan), new_id);
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
    return run_counted(world, std::move(caller), std::move(keys), std::move(plan), new_id);
}

Task<Answer<UserAnswer>> Users::put(Caller caller, core::UserId id, UserRecord record) {
    const World world = world_;
    const core::VerificationId new_id(new_row_id(world));
    std::vector<ports::Key> keys{id, record.phone.number.number};
    auto plan = [=](Draft& draft) { return plan_put(draft, world, caller, id, record, new_id); };
    return run_counted(world, std::move(caller), std::move(keys), std::move(plan), new_id);
}

Task<Answer<std::vector<core::User>>> Users::find(Caller caller, UserQuery query) {
    const World world = world_;
    const auto candidates = co_await candidates_of(world, query);
    if (!candidates)
        co_return fail(Failure(candidates.error()));
    auto found = meant_users(*candidates, query);
    if (!found.empty())
        co_return found;
    auto plan = [=](Draft& draft) { return plan_nobody_found(draft, caller, query); };
    std::vector<ports::Key> none;
    auto nobody =
        co_await transact<std::vector<core::User>>(world, std::move(none), std::move(plan), caller.deadline);
    count_refusal(world, caller, nobody);
    co_return nobody;
}

Task<Answer<UserAnswer>> Users::remove(Caller caller, core::UserId id) {
    std::vector<ports::Key> keys{id};
    auto plan = [=](Draft& draft) { return plan_remove(draft, caller, id); };
    return run_counted(world_, std::move(caller), std::move(keys), std::move(plan));
}

} // namespace dialproof::flows
