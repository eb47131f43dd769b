// Users and their primary phone: every call of a dialect that names a user ends here.
//
// The order of refusals is the same for all: not_permitted for callers who may not even know whether the
// user exists; user_not_found; not_permitted; then the command's own.
#pragma once

#include "base/task.h"
#include "core/code.h"
#include "core/user.h"
#include "flows/answer.h"
#include "flows/caller.h"
#include "flows/world.h"

#include <optional>
#include <string>

namespace dialproof::flows {

struct PhoneChange {
    core::NumberFacts number;
    core::Proof proof = core::Proof::message;
};

// The user as it is after the call, and the code where the call asked for it (Proof::answer).
struct UserAnswer {
    core::User user;
    std::optional<core::Code> code;
};

struct NewUser {
    core::UserId id;
    core::ServiceName service;
    core::Attributes attributes; // "preferred_username" is unique within the service
    std::optional<PhoneChange> phone;
};

class Users {
public:
    explicit Users(World world) : world_(world) {}

    // Refused: user_exists, username_taken, and as set_phone where a phone is given.
    Task<Answer<UserAnswer>> add(Caller caller, NewUser user);

    // Refused: user_not_found.
    Task<Answer<UserAnswer>> get(Caller caller, core::UserId id);

    // Changes the given attributes (an empty text removes one) and, where `phone` names another number
    // than the present one, the phone, in one commit. The present number can be taken as proven
    // (Proof::given). Changing nothing is no refusal.
    Task<Answer<UserAnswer>> update(Caller caller, core::UserId id, core::Attributes changed,
                                    std::optional<PhoneChange> phone);

    // The number is the user's primary one at once, unverified; what was pending for the user ends.
    // Refused: number_unchanged, number_not_allowed, send_too_soon, send_limit_reached, number_taken.
    Task<Answer<UserAnswer>> set_phone(Caller caller, core::UserId id, PhoneChange phone);

    // A new code for what is pending. Refused: nothing_pending, send_too_soon, send_limit_reached.
    Task<Answer<UserAnswer>> resend(Caller caller, core::UserId id, core::Proof proof);

    // Refused: nothing_pending, attempts_spent, code_wrong, code_expired, check_limit_reached, number_taken.
    Task<Answer<UserAnswer>> verify(Caller caller, core::UserId id, std::string guess);

    // Refused: no_phone.
    Task<Answer<UserAnswer>> remove_phone(Caller caller, core::UserId id);

    Task<Answer<UserAnswer>> remove(Caller caller, core::UserId id);

private:
    World world_;
};

} // namespace dialproof::flows
