// Users and their phones: every call of a dialect that means a user ends here (accounts in users.cpp,
// numbers in user_phones.cpp).
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
#include <variant>
#include <vector>

namespace dialproof::flows {

struct PhoneChange {
    core::NumberFacts number;
    core::Proof proof = core::Proof::message;
};

// The user as it is after the call, and the code where the call asked for it (Proof::answer).
struct UserAnswer {
    core::User user;
    std::optional<core::Code> code;
    std::optional<Instant> code_expires_at{}; // of what the call left pending, where it was looked at
};

struct NewUser {
    core::UserId id;
    core::ServiceName service;
    core::Attributes attributes; // "preferred_username" is unique within the service
    std::optional<PhoneChange> phone;
};

// A user's record as a client keeps it: what it does not name is not there any more.
struct UserRecord {
    core::ServiceName service; // where one who is not on record is added
    std::string prefix;        // of the attributes that are this client's to replace
    core::Attributes attributes;
    PhoneChange phone;
    bool show_code = false; // with a message as well: for test set-ups only
};

struct Login {
    std::string text;
};
// A user as somebody outside knows it. An id is a login too.
struct UserQuery {
    core::ServiceName service;
    std::variant<core::UserId, Login, core::PhoneNumber> by;
};

// How the next code for a user is to be made.
struct NextCode {
    core::Proof proof = core::Proof::message;
    // Must be one of the user's. Where nothing is pending for it any more, a new verification starts; without
    // a number only what is pending is renewed.
    std::optional<core::NumberFacts> number{};
    core::CodeWait wait{};
    bool by_anybody = false; // the dialect's contract lets everybody ask
};

class Users {
public:
    static constexpr unsigned found_max = 32; // users of one number that are looked at

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

    // Makes the user's record what is given, and adds it where there is none: for callers who may change the
    // user. The phone changes as with `update`. Refused: user_not_found (removed, or of another service).
    Task<Answer<UserAnswer>> put(Caller caller, core::UserId id, UserRecord record);

    // Users whom a public contract lets everybody look up. Of a number: who has it or is to prove it, first
    // those to prove it, the newest code first. Refused: user_not_found, never an empty list; a look-up
    // that finds nobody counts as a check of its caller, so check_limit_reached too.
    Task<Answer<std::vector<core::User>>> find(Caller caller, UserQuery query);

    // The number is the user's primary one at once, unverified; what was pending for the user ends.
    // Refused: number_unchanged, number_not_allowed, send_too_soon, send_limit_reached, number_taken.
    Task<Answer<UserAnswer>> set_phone(Caller caller, core::UserId id, PhoneChange phone);

    // A code goes to a number that becomes the user's primary one when it is proven; until then the phones
    // stay as they are. Refused: already_verified, send_too_soon, send_limit_reached, number_not_allowed.
    Task<Answer<UserAnswer>> prove_phone(Caller caller, core::UserId id, core::NumberFacts number,
                                         core::CodeWait wait);

    // A new code. Refused: nothing_pending, no_phone (the number is not the user's), already_verified,
    // send_too_soon, send_limit_reached.
    Task<Answer<UserAnswer>> resend(Caller caller, core::UserId id, NextCode next);

    // Refused: nothing_pending, attempts_spent, code_wrong, code_expired, check_limit_reached, number_taken.
    Task<Answer<UserAnswer>> verify(Caller caller, core::UserId id, core::TypedCode guess);

    // And all attributes that begin with `prefix`, where it is not empty. Refused: no_phone.
    Task<Answer<UserAnswer>> remove_phone(Caller caller, core::UserId id, std::string prefix = {});

    Task<Answer<UserAnswer>> remove(Caller caller, core::UserId id);

private:
    World world_;
};

} // namespace dialproof::flows
