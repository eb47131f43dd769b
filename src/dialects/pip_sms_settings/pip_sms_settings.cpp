#include "dialects/pip_sms_settings/pip_sms_settings.h"

#include "dialects/pip_sms_settings/answers.h"
#include "dialects/pip_sms_settings/commands.h"
#include "dialects/pip_sms_settings/parameters.h"
#include "dialects/pip_sms_settings/settings_service.h"
#include "wire/authorization.h"
#include "wire/cookie.h"

#include <utility>

namespace dialproof::dialects {

using namespace sms_settings;

namespace {

constexpr std::string_view session_name = "x-session-id";

Secret<std::string> session_of(const http::Request& request) {
    const auto header = request.headers.find(session_name);
    if (header)
        return Secret<std::string>(std::string(*header));
    return Secret<std::string>(
        std::string(http::cookie(request.headers.get("cookie"), session_name).value_or("")));
}

Secret<std::string> token_of(const http::Request& request) {
    const auto field = request.headers.get("authorization");
    return Secret<std::string>(std::string(http::bearer_token(field).value_or("")));
}

bool may_have(const core::Principal& principal, const std::string& user_id) {
    return principal.administrator || (principal.user && principal.user->text == user_id);
}

} // namespace

class PipSmsSettings::Views {
public:
    using View = Task<Result<http::Response, Error>> (Views::*)(flows::Caller, http::Request);

    Views(flows::Users& users, flows::Access& access, const ports::NumberingPlan& plan,
          const ports::Clock& clock, const PipSmsSettingsConfig& config) :
        access_(access),
        settings_(users, plan, clock, config.service, config.show_code), commands_(settings_),
        service_(config.service), legacy_success_(config.legacy_success) {}

    // Every route of the facade: a session that does not hold is told before anything else.
    Task<http::Response> serve(http::Request request, View view) {
        auto caller = co_await caller_of(request);
        if (!caller)
            co_return error_response(caller.error());
        auto response = co_await (this->*view)(std::move(*caller), std::move(request));
        if (!response)
            co_return error_response(response.error());
        co_return std::move(*response);
    }

    Task<Result<http::Response, Error>> resend(flows::Caller caller, http::Request request) {
        const auto asked = read_public_call(request);
        if (!asked)
            co_return fail(asked.error());
        const auto done = co_await settings_.resend(caller, asked->meant);
        if (!done)
            co_return fail(done.error());
        co_return success();
    }

    Task<Result<http::Response, Error>> verify(flows::Caller caller, http::Request request) {
        const auto asked = read_public_call(request);
        if (!asked)
            co_return fail(asked.error());
        const auto code = code_of(member(asked->members, "code")); // not of the query: addresses get logged
        const auto done = co_await settings_.verify(caller, asked->meant, code);
        if (!done)
            co_return fail(done.error());
        co_return success();
    }

    Task<Result<http::Response, Error>> get(flows::Caller caller, http::Request request) {
        const std::string id = request.path_parameters.at("user_id");
        if (auto refusal = refusal_of(caller, id))
            co_return fail(std::move(*refusal));
        auto settings = co_await settings_.get(caller, id);
        if (!settings)
            co_return fail(std::move(settings.error()));
        co_return *settings ? json(200, std::move(**settings)) : no_content();
    }

    Task<Result<http::Response, Error>> put(flows::Caller caller, http::Request request) {
        const std::string id = request.path_parameters.at("user_id");
        if (auto refusal = refusal_of(caller, id))
            co_return fail(std::move(*refusal));
        if (id.size() > core::user_id_bytes_max)
            co_return fail(no_recipient_id());
        auto members = read_members(request);
        if (!members)
            co_return fail(std::move(members.error()));
        auto settings = co_await settings_.put(caller, id, *members, core::Proof::message);
        if (!settings)
            co_return fail(std::move(settings.error()));
        co_return json(200, std::move(*settings));
    }

    // A command of the microservice, behind an API token.
    Task<http::Response> command(http::Request request) {
        const auto* entry = Commands::find(request.path_parameters.at("command"));
        auto token = token_of(request);
        const auto principal = co_await access_.of_token(std::move(token));
        if (!principal)
            co_return error_response(unavailable());
        if (!*principal)
            co_return error_response(not_signed());
        if (!entry)
            co_return error_response(no_such_route(request));
        if (!(*principal)->may(entry->needs, service_))
            co_return error_response(not_the_owner());
        auto members = read_members(request);
        if (!members)
            co_return error_response(members.error());
        flows::Caller caller{**principal, request.caller_address, std::string(name), {}};
        caller.client = flows::client_hint_of(request.headers);
        caller.principal.service = service_; // whatever else the token is good for
        auto answer = co_await (commands_.*entry->run)(std::move(caller), std::move(*members));
        if (!answer)
            co_return error_response(answer.error());
        co_return *answer ? json(200, std::move(**answer)) : no_content();
    }

private:
    Task<Result<flows::Caller, Error>> caller_of(const http::Request& request) {
        flows::Caller caller{core::Principal{}, request.caller_address, std::string(name), {}};
        caller.client = flows::client_hint_of(request.headers);
        const auto session = session_of(request);
        if (session.empty())
            co_return caller;
        auto known = co_await access_.of_session(session);
        if (!known)
            co_return fail(unavailable());
        if (!*known)
            co_return fail(session_not_found(session.reveal()));
        caller.principal = std::move(**known);
        co_return caller;
    }

    static std::optional<Error> refusal_of(const flows::Caller& caller, const std::string& id) {
        if (caller.principal.is_public())
            return not_signed();
        return may_have(caller.principal, id) ? std::nullopt : std::optional(not_the_owner());
    }

    [[nodiscard]] http::Response success() const { return legacy_success_ ? json(200, "204") : no_content(); }

    flows::Access& access_;
    SettingsService settings_;
    Commands commands_;
    core::ServiceName service_;
    bool legacy_success_;
};

namespace {

Task<http::Response> answer_preflight(http::Request request) { co_return preflight(request); }

} // namespace

PipSmsSettings::PipSmsSettings(flows::Users& users, flows::Access& access, const ports::NumberingPlan& plan,
                               const ports::Clock& clock, PipSmsSettingsConfig config) :
    views_(std::make_shared<Views>(users, access, plan, clock, config)),
    commands_served_(config.commands) {}

http::Mount PipSmsSettings::mount() const {
    struct Page {
        const char *method, *pattern, *name;
        Views::View view;
    };
    constexpr const char* root = "/api/v1/sms_settings";
    const std::vector<Page> pages{
        {"POST", "/resend", "Resend", &Views::resend},
        {"POST", "/verify", "Verify", &Views::verify},
        {"GET", "/{user_id}", "GetSettings", &Views::get},
        {"PUT", "/{user_id}", "SetSettings", &Views::put},
    };

    http::Mount mount;
    mount.name = name;
    mount.prefixes = {root};
    for (const auto& page : pages) {
        const auto serve = [views = views_, view = page.view](http::Request request) {
            return views->serve(std::move(request), view);
        };
        mount.routes.push_back({page.method, std::string(root) + page.pattern, page.name, serve});
    }
    for (const char* pattern : {"/resend", "/verify", "/{user_id}"})
        mount.routes.push_back({"OPTIONS", std::string(root) + pattern, "Preflight", answer_preflight});
    if (commands_served_) {
        mount.prefixes.emplace_back("/v1/sms_settings");
        const auto run = [views = views_](http::Request request) {
            return views->command(std::move(request));
        };
        mount.routes.push_back({"POST", "/v1/sms_settings/{command}", "Command", run});
    }
    mount.not_found = [](const http::Request& request) { return error_response(no_such_route(request)); };
    mount.method_not_allowed = [](const http::Request& request, const std::string&) {
        return error_response(no_such_route(request));
    };
    return mount;
}

} // namespace dialproof::dialects
