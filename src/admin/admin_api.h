// The native admin API: JSON under /admin/v1, for administrators (docs/admin-api.md).
//
//   POST   /admin/v1/tokens                   {"label","user_id","service","roles","expires_at"}
//   GET    /admin/v1/tokens
//   DELETE /admin/v1/tokens/{id}
//   POST   /admin/v1/sessions                 {"user_id","administrator","life_seconds"}
//   DELETE /admin/v1/sessions/{id}
//   GET    /admin/v1/lines/{number}
//   DELETE /admin/v1/lines/{number}/guesses
//   GET    /admin/v1/verifications/{id}/timeline
//   GET    /admin/v1/providers
#pragma once

#include "core/rules.h"
#include "flows/access.h"
#include "flows/lines.h"
#include "flows/timelines.h"
#include "ports/clock.h"
#include "ports/log.h"
#include "ports/provider_health.h"
#include "wire/http.h"

namespace dialproof::admin {

// What the admin API works with. All of it outlives the mount.
struct AdminParts {
    flows::Access& access;
    flows::Lines& lines;
    flows::Timelines& timelines;
    const ports::ProviderWatch& providers;
    const ports::Clock& clock;
    const core::RuleBook& rules;
    ports::Log& log; // is told what opens or closes a door
};

class AdminApi {
public:
    explicit AdminApi(AdminParts parts) : parts_(parts) {}

    http::Mount mount();

private:
    using Method = Task<http::Response> (AdminApi::*)(flows::Caller, http::Request);

    http::Handler for_administrators(Method method);
    Task<http::Response> authenticated(Method method, http::Request request);

    Task<http::Response> create_token(flows::Caller caller, http::Request request);
    Task<http::Response> list_tokens(flows::Caller caller, http::Request request);
    Task<http::Response> revoke_token(flows::Caller caller, http::Request request);
    Task<http::Response> revoke(flows::Caller caller, http::Request request, ports::CredentialKind kind);
    Task<http::Response> close_session(flows::Caller caller, http::Request request);
    Task<http::Response> create_session(flows::Caller caller, http::Request request);
    Task<http::Response> view_line(flows::Caller caller, http::Request request);
    Task<http::Response> clear_guesses(flows::Caller caller, http::Request request);
    Task<http::Response> view_timeline(flows::Caller caller, http::Request request);
    Task<http::Response> list_providers(flows::Caller caller, http::Request request);

    AdminParts parts_;
};

} // namespace dialproof::admin
