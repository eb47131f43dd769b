// Who calls, and what he may do to whom. One place for all dialects.
#pragma once

#include "core/ids.h"
#include "core/user.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dialproof::core {

enum class Permission { user_read, user_write, user_delete };

std::string_view to_text(Permission permission); // "user.read"
std::optional<Permission> parse_permission(std::string_view text);

// A role is a permission by its name, or "administrator", which is all of them in every service.
inline constexpr std::string_view administrator_role = "administrator";

struct Principal {
    std::optional<UserId> user;         // whose personal token or session this is
    std::optional<ServiceName> service; // where its permissions hold; none: everywhere
    std::set<Permission> permissions;
    bool administrator = false;

    // Neither a token nor a session: anybody.
    [[nodiscard]] bool is_public() const { return !user && !may_know_users(); }
    [[nodiscard]] bool is_self(const User& who) const { return user && *user == who.id; }
    // Has `permission` for users of `in`.
    [[nodiscard]] bool may(Permission permission, const ServiceName& in) const;
    // Has any permission over users, so it may be told that one does not exist.
    [[nodiscard]] bool may_know_users() const { return administrator || !permissions.empty(); }
};

enum class Action {
    read_user,
    add_user,
    change_profile,
    set_phone,          // a code is sent to the number
    set_phone_trusting, // verified at once, or the code goes to the caller: never for oneself alone
    verify_phone,       // whoever has the code
    ask_for_code,       // once more, of what is unverified: anybody, where a dialect has it so
    remove_phone,
    remove_user,
};

// For `add_user` the target is the user as it would be.
bool allowed(const Principal& principal, Action action, const User& target);

} // namespace dialproof::core
