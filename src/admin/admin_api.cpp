#include "admin/admin_api.h"

#include "admin/health_json.h"
#include "admin/request_body.h"
#include "admin/timeline_json.h"
#include "base/json_writer.h"
#include "wire/authorization.h"

#include <cstdlib>

namespace dialproof::admin {

namespace {

constexpr Seconds session_life_default{86400}, session_life_max{366 * 86400};
constexpr std::size_t label_bytes_max = 200, roles_max = 10;

http::Response fault(ports::Fault what) {
    const bool maybe_done = what == ports::Fault::unknown_outcome;
    auto response = error(503, to_text(what), {},
                          maybe_done ? "it may have been done: look before you try again"
                                     : "nothing was done; try again");
    response.headers.add("retry-after", "1");
    return response;
}

http::Response failure(const flows::Failure& what) {
    if (const auto* refused = std::get_if<core::Refused>(&what))
        return error(403, to_text(refused->reason), {}, "this is for administrators");
    return fault(std::get<ports::Fault>(what));
}

void write_credential(JsonWriter& json, const ports::Credential& credential) {
    json.begin_object().member("id", credential.hash.text).member("label", credential.label);
    if (credential.user)
        json.member("user_id", credential.user->text);
    if (credential.service)
        json.member("service", credential.service->text);
    json.key("roles").begin_array();
    for (const auto& role : credential.roles)
        json.value(role);
    json.end_array().member("created_at", to_rfc3339(credential.created_at));
    if (credential.expires_at)
        json.member("expires_at", to_rfc3339(*credential.expires_at));
    if (credential.revoked_at)
        json.member("revoked_at", to_rfc3339(*credential.revoked_at));
    json.end_object();
}

void write_instants(JsonWriter& json, std::string_view name, const std::vector<Instant>& instants) {
    json.key(name).begin_array();
    for (const Instant instant : instants)
        json.value(to_rfc3339(instant));
    json.end_array();
}

http::Response line_response(const flows::Answer<flows::LineView>& answer) {
    if (!answer)
        return failure(answer.error());
    JsonWriter json;
    json.begin_object().member("number", answer->line.number.e164());
    json.member("guesses_left", answer->guesses_left).member("misses_in_row", answer->line.misses_in_row);
    if (answer->send_allowed_at)
        json.member("send_allowed_at", to_rfc3339(*answer->send_allowed_at));
    write_instants(json, "sends", answer->line.sends);
    write_instants(json, "misses", answer->line.misses);
    json.end_object();
    return http::json_response(200, json.take());
}

Result<core::PhoneNumber, http::Response> number_of(const http::Request& request) {
    const auto number = core::PhoneNumber::parse(request.path_parameters.at("number"));
    if (!number)
        return fail(error(400, "invalid", "number", "expected a number in E.164 form such as +41791234567"));
    return *number;
}

} // namespace

http::Mount AdminApi::mount() {
    http::Mount mount;
    mount.name = "admin";
    mount.prefixes = {"/admin/v1"};
    mount.routes = {
        {"POST", "/admin/v1/tokens", "create_token", for_administrators(&AdminApi::create_token)},
        {"GET", "/admin/v1/tokens", "list_tokens", for_administrators(&AdminApi::list_tokens)},
        {"DELETE", "/admin/v1/tokens/{id}", "revoke_token", for_administrators(&AdminApi::revoke_token)},
        {"POST", "/admin/v1/sessions", "create_session", for_administrators(&AdminApi::create_session)},
        {"DELETE", "/admin/v1/sessions/{id}", "close_session", for_administrators(&AdminApi::close_session)},
        {"GET", "/admin/v1/lines/{number}", "view_line", for_administrators(&AdminApi::view_line)},
        {"DELETE", "/admin/v1/lines/{number}/guesses", "clear_guesses",
         for_administrators(&AdminApi::clear_guesses)},
        {"GET", "/admin/v1/verifications/{id}/timeline", "view_timeline",
         for_administrators(&AdminApi::view_timeline)},
        {"GET", "/admin/v1/providers", "list_providers", for_administrators(&AdminApi::list_providers)},
    };
    mount.not_found = [](const http::Request&) {
        return error(404, "not_found", "path", "the admin API has no such path; see docs/admin-api.md");
    };
    mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
        return error(405, "method_not_allowed", "method", "expected " + allow);
    };
    return mount;
}

http::Handler AdminApi::for_administrators(Method method) {
    return [this, method](http::Request request) { return authenticated(method, std::move(request)); };
}

Task<http::Response> AdminApi::authenticated(Method method, http::Request request) {
    Secret<std::string> token(
        std::string(http::bearer_token(request.headers.get("authorization")).value_or("")));
    const auto principal = co_await parts_.access.of_token(std::move(token));
    if (!principal)
        co_return fault(principal.error());
    if (!*principal) {
        auto response =
            error(401, "unauthenticated", "authorization", "expected a bearer token that is in force");
        response.headers.add("www-authenticate", "Bearer");
        co_return response;
    }
    if (!(*principal)->administrator)
        co_return error(403, "not_permitted", {}, "this is for administrators");
    flows::Caller caller{**principal, request.caller_address, "admin", {}};
    auto response = co_await (this->*method)(std::move(caller), std::move(request));
    co_return response;
}

Task<http::Response> AdminApi::create_token(flows::Caller caller, http::Request request) {
    RequestBody body(request.body);
    flows::NewToken token;
    token.label = body.text("label", label_bytes_max).value_or("");
    if (const auto user = body.text("user_id", core::user_id_bytes_max))
        token.user = core::UserId(*user);
    if (const auto service = body.text("service", label_bytes_max)) {
        token.service = core::ServiceName(*service);
        if (!parts_.rules.now()->service(*token.service))
            body.fault("service", "there is no such service");
    }
    for (auto& role : body.texts("roles", roles_max))
        token.roles.insert(std::move(role));
    if (const auto unknown = flows::unknown_role(token.roles))
        body.fault("roles", "expected user.read, user.write, user.delete or administrator, not " + *unknown);
    token.expires_at = body.instant("expires_at");
    if (!token.user && token.roles.empty())
        body.fault("roles", "a token needs a user or a role");
    if (const auto bad = body.error())
        co_return *bad;

    const auto issued = co_await parts_.access.issue_token(std::move(token));
    if (!issued)
        co_return fault(issued.error());
    parts_.log.info("token_created", {{"token", issued->id}, {"caller", caller.address}});
    JsonWriter json;
    json.begin_object().member("id", issued->id).member("token", issued->secret.reveal()).end_object();
    co_return http::json_response(201, json.take());
}

Task<http::Response> AdminApi::list_tokens(flows::Caller, http::Request) {
    const auto tokens = co_await parts_.access.tokens();
    if (!tokens)
        co_return fault(tokens.error());
    JsonWriter json;
    json.begin_object().key("tokens").begin_array();
    for (const auto& token : *tokens)
        write_credential(json, token);
    json.end_array().end_object();
    co_return http::json_response(200, json.take());
}

Task<http::Response> AdminApi::revoke(flows::Caller caller, http::Request request,
                                      ports::CredentialKind kind) {
    const bool session = kind == ports::CredentialKind::session;
    const std::string id = request.path_parameters.at("id");
    const auto revoked = co_await parts_.access.revoke(kind, id);
    if (!revoked)
        co_return fault(revoked.error());
    if (!*revoked)
        co_return error(404, "not_found", "id",
                        session ? "there is no such session in force" : "there is no such token in force");
    parts_.log.info(session ? "session_closed" : "token_revoked",
                    {{session ? "session" : "token", id}, {"caller", caller.address}});
    http::Response response;
    response.status = 204;
    co_return response;
}

Task<http::Response> AdminApi::revoke_token(flows::Caller caller, http::Request request) {
    return revoke(std::move(caller), std::move(request), ports::CredentialKind::api_token);
}

Task<http::Response> AdminApi::close_session(flows::Caller caller, http::Request request) {
    return revoke(std::move(caller), std::move(request), ports::CredentialKind::session);
}

Task<http::Response> AdminApi::create_session(flows::Caller caller, http::Request request) {
    RequestBody body(request.body);
    const auto user = body.text("user_id", core::user_id_bytes_max);
    if (!user || user->empty())
        body.fault("user_id", "expected the id of a user");
    const bool administrator = body.flag("administrator").value_or(false);
    const auto life = body.integer("life_seconds", 1, session_life_max.count());
    if (const auto bad = body.error())
        co_return *bad;

    const auto opened = co_await parts_.access.open_session(core::UserId(*user), administrator,
                                                            life ? Seconds(*life) : session_life_default);
    if (!opened)
        co_return fault(opened.error());
    parts_.log.info("session_opened", {{"session", opened->id}, {"caller", caller.address}});
    JsonWriter json;
    json.begin_object().member("id", opened->id).member("session_id", opened->secret.reveal());
    json.member("expires_at", to_rfc3339(*opened->expires_at)).end_object();
    co_return http::json_response(201, json.take());
}

Task<http::Response> AdminApi::view_line(flows::Caller caller, http::Request request) {
    const auto number = number_of(request);
    if (!number)
        co_return number.error();
    const auto answer = co_await parts_.lines.view(std::move(caller), *number);
    co_return line_response(answer);
}

Task<http::Response> AdminApi::clear_guesses(flows::Caller caller, http::Request request) {
    const auto number = number_of(request);
    if (!number)
        co_return number.error();
    const std::string address = caller.address;
    const auto answer = co_await parts_.lines.clear_guesses(std::move(caller), *number);
    if (answer)
        parts_.log.info("guesses_cleared", {{"number", number->masked()}, {"caller", address}});
    co_return line_response(answer);
}

Task<http::Response> AdminApi::view_timeline(flows::Caller caller, http::Request request) {
    core::VerificationId id(request.path_parameters.at("id"));
    const auto timeline = co_await parts_.timelines.view(std::move(caller), std::move(id));
    if (!timeline)
        co_return failure(timeline.error());
    if (!*timeline)
        co_return error(404, "not_found", "id",
                        "there is no such verification; after retention.days an ended one is removed");
    co_return http::json_response(200, timeline_json(**timeline));
}

Task<http::Response> AdminApi::list_providers(flows::Caller, http::Request) {
    co_return http::json_response(200, health_json(parts_.providers.health(parts_.clock.now())));
}

} // namespace dialproof::admin
