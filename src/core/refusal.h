// A refusal is an answer of the rules, not a fault of the world: it has a stable machine name, and where
// it applies the moment from which the same call may succeed and the guesses that are left.
#pragma once

#include "base/instant.h"

#include <optional>
#include <string_view>

namespace dialproof::core {

enum class Reason {
    code_wrong,
    code_expired,
    attempts_spent,
    already_verified,
    nothing_pending,
    send_too_soon,
    send_limit_reached,
    check_limit_reached,
    number_not_allowed,
    number_unchanged,
    number_taken,
    no_phone,
    user_not_found,
    user_exists,
    username_taken,
    not_permitted,
};

std::string_view to_text(Reason reason);

struct Refused {
    Reason reason;
    std::optional<Instant> retry_at;
    std::optional<unsigned> attempts_left;

    friend bool operator==(const Refused&, const Refused&) = default;
};

} // namespace dialproof::core
