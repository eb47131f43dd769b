// A world with users, for tests of what happens to them.
#pragma once

#include "flows/test_world.h"

#include <string>
#include <vector>

namespace dialproof::flows {

inline const core::ServiceName service("default");
inline const core::UserId alice("alice"), bob("bob");
inline const core::NumberFacts number = mobile("+41791234567"), other_number = mobile("+41791234568");
using core::Permission;
using core::Proof;

struct UserWorld : TestWorld {
    using TestWorld::TestWorld;

    Answer<UserAnswer> add(const core::UserId& id, const core::Attributes& attributes = {},
                           const std::optional<PhoneChange>& phone = {},
                           const Caller& caller = administrator(), const core::ServiceName& in = service) {
        const NewUser user{id, in, attributes, phone};
        return wait(users.add(caller, user));
    }
    Answer<UserAnswer> get(const core::UserId& id, const Caller& caller = administrator()) {
        return wait(users.get(caller, id));
    }
    Answer<UserAnswer> update(const core::UserId& id, const core::Attributes& attributes,
                              const std::optional<PhoneChange>& phone = {},
                              const Caller& caller = administrator()) {
        return wait(users.update(caller, id, attributes, phone));
    }
    Answer<UserAnswer> set_phone(const core::UserId& id, const core::NumberFacts& to = number,
                                 Proof proof = Proof::message, const Caller& caller = administrator()) {
        const PhoneChange phone{to, proof};
        return wait(users.set_phone(caller, id, phone));
    }
    Answer<UserAnswer> resend(const core::UserId& id, Proof proof = Proof::message,
                              const Caller& caller = administrator()) {
        NextCode next;
        next.proof = proof;
        return wait(users.resend(caller, id, next));
    }
    Answer<UserAnswer> verify(const core::UserId& id, const std::string& guess,
                              const Caller& caller = administrator()) {
        return wait(users.verify(caller, id, guess));
    }
    Answer<UserAnswer> remove_phone(const core::UserId& id, const Caller& caller = administrator()) {
        return wait(users.remove_phone(caller, id));
    }
    Answer<UserAnswer> remove(const core::UserId& id, const Caller& caller = administrator()) {
        return wait(users.remove(caller, id));
    }

    core::User user(const core::UserId& id) { return stored<core::User>(id).value(); }
    core::VerificationId pending(const core::UserId& id) { return user(id).pending.value().verification; }
    std::string code(const core::UserId& id) { return code_of(pending(id)); }
    std::string wrong(const core::UserId& id) { return wrong_code(pending(id)); }
    std::vector<std::string> story(const core::UserId& id) {
        return event_types(ports::StreamKind::user, id.text);
    }
};

} // namespace dialproof::flows
