// An account that may own phone numbers, and its event stream. Who may do what to it is decided by
// core/permission.h; here is what happens once it may.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "core/ids.h"
#include "core/phone_number.h"
#include "core/refusal.h"
#include "core/verification.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace dialproof::core {

struct Phone {
    PhoneNumber number;
    std::optional<Instant> verified_at;
    bool primary = false;

    [[nodiscard]] bool verified() const { return verified_at.has_value(); }
    friend bool operator==(const Phone&, const Phone&) = default;
};

// Profile claims, by the names of OpenID Connect Core 1.0 section 5.1 where it has one ("given_name",
// "locale", "preferred_username"); a dialect's own members carry its name in front.
using Attributes = std::map<std::string, std::string>;
// The ones that rules look at.
inline constexpr const char* username_claim = "preferred_username"; // unique within a service
inline constexpr const char* email_claim = "email";
inline constexpr const char* email_verified_claim = "email_verified"; // "true", or absent
inline constexpr const char* locale_claim = "locale";                 // of messages

// What `verify` without an id means: the newest verification of a user, and the number that it is to prove.
struct PendingProof {
    VerificationId verification;
    PhoneNumber number;

    friend bool operator==(const PendingProof&, const PendingProof&) = default;
};

struct User {
    UserId id;
    ServiceName service;
    bool removed = false;
    Attributes attributes;
    std::vector<Phone> phones;
    std::optional<PendingProof> pending; // its number need not be one of the phones yet
    std::optional<Instant> code_made_at; // the last of any verification, also of one that has ended
    Instant next_code_at;                // for callers who keep to it; see CodeWait
    Instant created_at, changed_at;
    std::uint64_t sequence = 0; // of its last event

    [[nodiscard]] const Phone* primary_phone() const;
    [[nodiscard]] const Phone* phone(const PhoneNumber& number) const;
    [[nodiscard]] bool has_verified(const PhoneNumber& number) const;
    friend bool operator==(const User&, const User&) = default;
};

// How a number set for a user is to be proven.
enum class Proof { message, answer, given };

// Events

struct UserAdded {
    UserId id;
    ServiceName service;
    Attributes attributes;
};
struct ProfileChanged {
    Attributes attributes; // the ones that changed; an empty text removes one
};
struct PhoneChanged { // this one takes the primary phone's place, not verified
    PhoneNumber number;
};
struct PhoneCodeAdded { // the user's pending verification has a new code
    PendingProof proof;
    unsigned generation;
    Instant next_code_at;
};
struct PhoneVerificationFailed {};
struct PhoneVerified {
    PhoneNumber number;
};
struct PhoneRemoved {
    PhoneNumber number;
};
struct UserRemoved {};

struct UserEvent {
    Instant at;
    std::variant<UserAdded, ProfileChanged, PhoneChanged, PhoneCodeAdded, PhoneVerificationFailed,
                 PhoneVerified, PhoneRemoved, UserRemoved>
        what;
};

// Commands. A code that comes with a number is told by its verification.

struct AddUser {
    UserId id;
    ServiceName service;
    Attributes attributes;
};
struct ChangeProfile {
    Attributes attributes;
};
struct SetPhone {
    PhoneNumber number;
    std::optional<VerificationId> verification; // none: the number is taken as proven
};
// How long a dialect makes a user wait from one code to the next, whatever the number. Zeros: not at all.
struct CodeWait {
    Seconds since_last{0}; // the last code must be this old
    bool as_told = false;  // and the time must have come that `for_next` of the last code named
    Seconds for_next{0};
};
struct AddCode {
    PendingProof proof;
    unsigned generation;
    CodeWait wait{};
};
struct RecordCheck {
    PhoneNumber number;
    bool approved;
};
struct RemovePhones {};
struct RemoveUser {};

using UserDecision = Result<std::vector<UserEvent>, Refused>;

// `existing` is the user as stored, absent where the id was never used. A removed user's id stays taken.
UserDecision decide(const std::optional<User>& existing, const AddUser& add, Instant now);
UserDecision decide(const User& user, const ChangeProfile& change, Instant now);
UserDecision decide(const User& user, const SetPhone& set, Instant now);
UserDecision decide(const User& user, const AddCode& code, Instant now);
UserDecision decide(const User& user, const RecordCheck& check, Instant now);
UserDecision decide(const User& user, const RemovePhones& remove, Instant now);
UserDecision decide(const User& user, const RemoveUser& remove, Instant now);

User apply(User user, const UserEvent& event);
User apply(User user, const std::vector<UserEvent>& events);

} // namespace dialproof::core
