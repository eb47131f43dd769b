#include "core/user.h"

#include <algorithm>

namespace dialproof::core {

const Phone* User::primary_phone() const {
    const auto found = std::find_if(phones.begin(), phones.end(), [](const Phone& p) { return p.primary; });
    return found == phones.end() ? nullptr : &*found;
}

const Phone* User::phone(const PhoneNumber& number) const {
    const auto found =
        std::find_if(phones.begin(), phones.end(), [&](const Phone& p) { return p.number == number; });
    return found == phones.end() ? nullptr : &*found;
}

bool User::has_verified(const PhoneNumber& number) const {
    const Phone* found = phone(number);
    return found && found->verified();
}

namespace {

std::optional<Refused> code_refused(const User& user, const CodeWait& wait, Instant now) {
    Instant allowed = wait.as_told ? user.next_code_at : Instant{};
    if (user.code_made_at)
        allowed = std::max(allowed, *user.code_made_at + wait.since_last);
    if (now < allowed)
        return Refused{Reason::send_too_soon, allowed, {}};
    return {};
}

tl::unexpected<Refused> refuse(Reason reason) { return fail(Refused{reason, {}, {}}); }

} // namespace

UserDecision decide(const std::optional<User>& existing, const AddUser& add, Instant now) {
    if (existing)
        return refuse(Reason::user_exists);
    return std::vector<UserEvent>{{now, UserAdded{add.id, add.service, add.attributes}}};
}

UserDecision decide(const User& user, const ChangeProfile& change, Instant now) {
    Attributes changed;
    const auto set = [&](const std::string& name, const std::string& value) {
        const auto present = user.attributes.find(name);
        const std::string_view old =
            present == user.attributes.end() ? "" : std::string_view(present->second);
        if (old != value)
            changed[name] = value;
    };
    for (const auto& [name, value] : change.attributes)
        set(name, value);
    // What was verified of the old address says nothing of the new one.
    if (changed.contains(email_claim) && !change.attributes.contains(email_verified_claim))
        set(email_verified_claim, "");
    if (changed.empty())
        return std::vector<UserEvent>{};
    return std::vector<UserEvent>{{now, ProfileChanged{std::move(changed)}}};
}

UserDecision decide(const User& user, const SetPhone& set, Instant now) {
    const Phone* primary = user.primary_phone();
    if (primary && primary->number == set.number)
        return refuse(Reason::number_unchanged);
    std::vector<UserEvent> events{{now, PhoneChanged{set.number}}};
    if (set.verification)
        events.push_back({now, PhoneCodeAdded{{*set.verification, set.number}, 1, now}});
    else
        events.push_back({now, PhoneVerified{set.number}});
    return events;
}

UserDecision decide(const User& user, const AddCode& code, Instant now) {
    if (const auto refused = code_refused(user, code.wait, now))
        return fail(*refused);
    return std::vector<UserEvent>{
        {now, PhoneCodeAdded{code.proof, code.generation, now + code.wait.for_next}}};
}

UserDecision decide(const User&, const RecordCheck& check, Instant now) {
    if (check.approved)
        return std::vector<UserEvent>{{now, PhoneVerified{check.number}}};
    return std::vector<UserEvent>{{now, PhoneVerificationFailed{}}};
}

UserDecision decide(const User& user, const RemovePhones&, Instant now) {
    if (user.phones.empty())
        return refuse(Reason::no_phone);
    std::vector<UserEvent> events;
    for (const Phone& phone : user.phones)
        events.push_back({now, PhoneRemoved{phone.number}});
    return events;
}

UserDecision decide(const User&, const RemoveUser&, Instant now) {
    return std::vector<UserEvent>{{now, UserRemoved{}}};
}

namespace {

struct Applier {
    User user;
    Instant at;

    void operator()(const UserAdded& added) {
        user.id = added.id;
        user.service = added.service;
        user.attributes = added.attributes;
        std::erase_if(user.attributes, [](const auto& attribute) { return attribute.second.empty(); });
        user.created_at = at;
    }
    void operator()(const ProfileChanged& changed) {
        for (const auto& [name, value] : changed.attributes) {
            if (value.empty())
                user.attributes.erase(name);
            else
                user.attributes[name] = value;
        }
    }
    void operator()(const PhoneChanged& changed) {
        std::erase_if(user.phones,
                      [&](const Phone& phone) { return phone.primary || phone.number == changed.number; });
        user.phones.push_back({changed.number, {}, true});
        user.pending.reset();
    }
    void operator()(const PhoneCodeAdded& added) {
        user.pending = added.proof;
        user.code_made_at = at;
        user.next_code_at = added.next_code_at;
    }
    void operator()(const PhoneVerificationFailed&) {}
    void operator()(const PhoneVerified& verified) {
        for (Phone& phone : user.phones)
            phone.primary = false;
        auto phone = std::find_if(user.phones.begin(), user.phones.end(),
                                  [&](const Phone& p) { return p.number == verified.number; });
        if (phone == user.phones.end())
            phone = user.phones.insert(user.phones.end(), {verified.number, {}, false});
        phone->verified_at = at;
        phone->primary = true;
        user.pending.reset();
    }
    void operator()(const PhoneRemoved& removed) {
        std::erase_if(user.phones, [&](const Phone& phone) { return phone.number == removed.number; });
        user.pending.reset();
    }
    void operator()(const UserRemoved&) {
        user.removed = true;
        user.attributes.clear();
        user.phones.clear();
        user.pending.reset();
    }
};

} // namespace

User apply(User user, const UserEvent& event) {
    Applier applier{std::move(user), event.at};
    std::visit(applier, event.what);
    applier.user.changed_at = event.at;
    ++applier.user.sequence;
    return std::move(applier.user);
}

User apply(User user, const std::vector<UserEvent>& events) {
    for (const auto& event : events)
        user = apply(std::move(user), event);
    return user;
}

} // namespace dialproof::core
