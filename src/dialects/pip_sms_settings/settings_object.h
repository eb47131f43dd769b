// The settings object, and how its members are kept: the language as the user's locale, which messages
// follow; every other one that a client gave as JSON text, under a name of this dialect.
#pragma once

#include "base/result.h"
#include "core/user.h"
#include "dialects/pip_sms_settings/answers.h"
#include "wire/json.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::dialects::sms_settings {

inline constexpr std::string_view attribute_prefix = "pip_sms_settings:";
// What one user's settings may hold beside the members that the API knows.
inline constexpr std::size_t members_max = 50, bytes_max = 16 * 1024;

// The members as attributes. Those that the server decides (`id`, `phone`, `verified`, `ver_code`,
// `ver_expire_time`) are left out. Errors: INVALID_DATA, which names each bad member.
Result<core::Attributes, Error> attributes_of(const json::Object& settings);

// One member as it is kept, for calls that change it alone.
std::string attribute_name(std::string_view member);

// What only the answer to a change has.
struct PendingCode {
    std::optional<Instant> expires_at; // none: nothing is pending
    std::optional<std::string> code;   // test set-ups only
    bool show_code = false;
};

// {"id","phone","verified","name"?,"language"?,"subscriptions",...}. `id` is the path's.
std::string settings_json(const std::string& id, const core::User& user,
                          const PendingCode* pending = nullptr);

} // namespace dialproof::dialects::sms_settings
