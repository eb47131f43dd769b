// The commands of the microservice below the facade, as its npm client calls them:
// POST /v1/sms_settings/{command}. It has no notion of authentication, so these stand behind an API token.
#pragma once

#include "core/permission.h"
#include "dialects/pip_sms_settings/settings_service.h"
#include "wire/http.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::dialects::sms_settings {

class Commands {
public:
    explicit Commands(SettingsService& settings) : settings_(settings) {}

    // The JSON result; nothing is a null result. Errors as the facade has them.
    using Answer = Result<std::optional<std::string>, Error>;
    using Command = Task<Answer> (Commands::*)(flows::Caller, json::Object);

    struct Entry {
        std::string_view name;
        core::Permission needs;
        Command run;
    };
    static const Entry* find(std::string_view name);

private:
    Task<Answer> get_settings_by_ids(flows::Caller caller, json::Object arguments);
    Task<Answer> get_settings_by_id(flows::Caller caller, json::Object arguments);
    Task<Answer> get_settings_by_phone(flows::Caller caller, json::Object arguments);
    Task<Answer> set_settings(flows::Caller caller, json::Object arguments);
    Task<Answer> set_verified_settings(flows::Caller caller, json::Object arguments);
    Task<Answer> set_recipient(flows::Caller caller, json::Object arguments);
    Task<Answer> set_subscriptions(flows::Caller caller, json::Object arguments);
    Task<Answer> delete_settings_by_id(flows::Caller caller, json::Object arguments);
    Task<Answer> resend_verification(flows::Caller caller, json::Object arguments);
    Task<Answer> verify_phone(flows::Caller caller, json::Object arguments);

    Task<Answer> set(flows::Caller caller, json::Object arguments, core::Proof proof);

    SettingsService& settings_;
};

} // namespace dialproof::dialects::sms_settings
