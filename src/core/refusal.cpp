#include "core/refusal.h"

#include <cstdlib>

namespace dialproof::core {

std::string_view to_text(Reason reason) {
    switch (reason) {
    case Reason::code_wrong:
        return "code_wrong";
    case Reason::code_expired:
        return "code_expired";
    case Reason::attempts_spent:
        return "attempts_spent";
    case Reason::already_verified:
        return "already_verified";
    case Reason::nothing_pending:
        return "nothing_pending";
    case Reason::send_too_soon:
        return "send_too_soon";
    case Reason::send_limit_reached:
        return "send_limit_reached";
    case Reason::check_limit_reached:
        return "check_limit_reached";
    case Reason::number_not_allowed:
        return "number_not_allowed";
    case Reason::number_unchanged:
        return "number_unchanged";
    case Reason::number_taken:
        return "number_taken";
    case Reason::no_phone:
        return "no_phone";
    case Reason::user_not_found:
        return "user_not_found";
    case Reason::user_exists:
        return "user_exists";
    case Reason::username_taken:
        return "username_taken";
    case Reason::not_permitted:
        return "not_permitted";
    }
    std::abort();
}

} // namespace dialproof::core
