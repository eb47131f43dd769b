// What the API does, whoever carries the call: the facade for sessions, or the microservice's commands.
#pragma once

#include "core/code.h"
#include "dialects/pip_sms_settings/answers.h"
#include "dialects/pip_sms_settings/parameters.h"
#include "flows/users.h"
#include "ports/clock.h"
#include "ports/numbering_plan.h"

#include <optional>
#include <string>

namespace dialproof::dialects::sms_settings {

class SettingsService {
public:
    // `show_code`: the answer to a change has the code, for test set-ups.
    SettingsService(flows::Users& users, const ports::NumberingPlan& plan, const ports::Clock& clock,
                    core::ServiceName service, bool show_code) :
        users_(users),
        plan_(plan), clock_(clock), service_(std::move(service)), show_code_(show_code) {}

    using Done = Result<void, Error>;

    // The settings object, or nothing where the user has no phone or is not on record.
    Task<Result<std::optional<std::string>, Error>> get(flows::Caller caller, std::string id);
    // Replaces the whole object and answers the new one. Proof::given takes the number as verified.
    Task<Result<std::string, Error>> put(flows::Caller caller, std::string id, json::Object settings,
                                         core::Proof proof);
    // A new code; nothing happens where the number is verified.
    Task<Done> resend(flows::Caller caller, Meant meant);
    Task<Done> verify(flows::Caller caller, Meant meant, std::optional<core::TypedCode> code);

    // Keeps everything else of the settings as it is.
    Task<Result<std::string, Error>> change(flows::Caller caller, std::string id, core::Attributes changed,
                                            std::optional<std::string> phone);
    Task<Done> remove(flows::Caller caller, std::string id);
    // The object of whoever has that number as the primary one.
    Task<Result<std::optional<std::string>, Error>> get_by_phone(flows::Caller caller, std::string phone);

private:
    // As people write it: "+1 (202) 555-0123". Nothing where it is none of 10 to 15 digits after a plus.
    [[nodiscard]] std::optional<core::NumberFacts> parse(std::string_view phone) const;
    [[nodiscard]] bool is_kept_here(const core::User& user) const;
    // The user who is meant, as he was a moment ago.
    Task<Result<core::User, Error>> find(flows::Caller caller, Meant meant);

    flows::Users& users_;
    const ports::NumberingPlan& plan_;
    const ports::Clock& clock_;
    core::ServiceName service_;
    bool show_code_;
};

} // namespace dialproof::dialects::sms_settings
