#include "core/permission.h"

#include <cstdlib>

namespace dialproof::core {

std::string_view to_text(Permission permission) {
    switch (permission) {
    case Permission::user_read:
        return "user.read";
    case Permission::user_write:
        return "user.write";
    case Permission::user_delete:
        return "user.delete";
    }
    std::abort();
}

std::optional<Permission> parse_permission(std::string_view text) {
    for (const auto permission : {Permission::user_read, Permission::user_write, Permission::user_delete})
        if (to_text(permission) == text)
            return permission;
    return {};
}

bool Principal::may(Permission permission, const ServiceName& in) const {
    return administrator || (permissions.contains(permission) && (!service || *service == in));
}

bool allowed(const Principal& principal, Action action, const User& target) {
    switch (action) {
    case Action::read_user:
        return principal.is_self(target) || principal.may(Permission::user_read, target.service);
    case Action::change_profile:
    case Action::set_phone:
        return principal.is_self(target) || principal.may(Permission::user_write, target.service);
    case Action::add_user:
    case Action::set_phone_trusting:
    case Action::remove_phone:
        return principal.may(Permission::user_write, target.service);
    case Action::verify_phone:
    case Action::ask_for_code:
        return true;
    case Action::remove_user:
        return principal.may(Permission::user_delete, target.service);
    }
    std::abort();
}

} // namespace dialproof::core
