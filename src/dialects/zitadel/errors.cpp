#include "dialects/zitadel/errors.h"

#include <algorithm>
#include <cstdlib>

namespace dialproof::dialects::zitadel {

namespace {

constexpr Seconds retry_when_unavailable{1};

RpcError error(RpcCode code, std::string_view message, std::string_view id = {}) {
    return {code, std::string(message), std::string(id), {}};
}

RpcError user_not_found(Method method) {
    switch (method) {
    case Method::get_user_by_id:
        return error(RpcCode::not_found, "User could not be found", "QUERY-Dfbg2");
    case Method::delete_user:
        return error(RpcCode::not_found, "User could not be found", "COMMAND-bd4ir1mblj");
    case Method::add_human_user:
    case Method::create_user:
    case Method::update_human_user:
    case Method::update_user:
        return error(RpcCode::not_found, "User could not be found", "COMMAND-ugjs0upun6");
    case Method::set_phone:
    case Method::remove_phone:
    case Method::resend_phone_code:
    case Method::verify_phone:
        return error(RpcCode::not_found, "Phone not found", "COMMAND-ieJ2e");
    }
    std::abort();
}

RpcError code_invalid() { return error(RpcCode::invalid_argument, "Code is invalid", "COMMAND-eis9R"); }

RpcError exhausted(std::string_view message, std::string_view id, const core::Refused& refused, Instant now) {
    RpcError told = error(RpcCode::resource_exhausted, message, id);
    if (refused.retry_at)
        told.retry_after = std::max(seconds_until(*refused.retry_at, now), Seconds{1});
    return told;
}

RpcError error_of(const core::Refused& refused, Method method, const core::Principal& principal,
                  Instant now) {
    switch (refused.reason) {
    case core::Reason::nothing_pending:
        return method == Method::verify_phone
                   ? code_invalid()
                   : error(RpcCode::failed_precondition, "Code is empty", "PHONE-5xrra88eq8");
    case core::Reason::code_wrong:
    case core::Reason::code_expired:
    case core::Reason::attempts_spent:
    case core::Reason::already_verified:
        return code_invalid();
    case core::Reason::send_too_soon:
        return exhausted("A code was sent to this phone a short while ago", "DIALPROOF-SendTooSoon", refused,
                         now);
    case core::Reason::send_limit_reached:
        return exhausted("Too many codes were sent", "DIALPROOF-SendLimit", refused, now);
    case core::Reason::check_limit_reached:
        return exhausted("Too many codes were checked", "DIALPROOF-CheckLimit", refused, now);
    case core::Reason::number_not_allowed:
        return phone_invalid();
    case core::Reason::number_unchanged:
        return error(RpcCode::failed_precondition, "Phone not changed", "COMMAND-Uch5e");
    case core::Reason::number_taken:
        return error(RpcCode::already_exists, "Phone is verified by another user", "DIALPROOF-PhoneTaken");
    case core::Reason::no_phone:
        return error(RpcCode::not_found, "Phone not found", "COMMAND-ieJ2e");
    case core::Reason::user_not_found:
        return user_not_found(method);
    case core::Reason::user_exists:
        return error(RpcCode::failed_precondition, "Errors.User.AlreadyExisting", "COMMAND-7yiox1isql");
    case core::Reason::username_taken:
        return error(RpcCode::already_exists, "User already exists", "V3-DKcYh");
    case core::Reason::not_permitted:
        // Who may not read a user is not told whether there is one.
        return method == Method::get_user_by_id ? user_not_found(method) : not_permitted(principal, method);
    }
    std::abort();
}

} // namespace

RpcError authorization_missing() { return error(RpcCode::unauthenticated, "auth header missing"); }
RpcError authorization_invalid() { return error(RpcCode::unauthenticated, "invalid auth header"); }
RpcError token_invalid() { return error(RpcCode::unauthenticated, "Token is invalid", "AUTH-7fs1e"); }
RpcError organisation_unknown() {
    return error(RpcCode::permission_denied, "Organisation doesn't exist", "AUTH-Bs7Ds");
}
RpcError not_permitted(const core::Principal& principal, Method method) {
    // Adding users is for members of an organisation; what is done to a user is for himself as well.
    const bool members_only = method == Method::add_human_user || method == Method::create_user;
    if (principal.is_public() || (members_only && !principal.may_know_users()))
        return error(RpcCode::not_found, "membership not found", "AUTHZ-cdgFk");
    return error(RpcCode::permission_denied, "No matching permissions found", "AUTH-AWfge");
}
RpcError phone_invalid() { return error(RpcCode::invalid_argument, "Phone is invalid", "PHONE-so0wa"); }
RpcError phone_empty() { return error(RpcCode::invalid_argument, "Phone is empty", "PHONE-Zt0NV"); }
RpcError unavailable() {
    RpcError told = error(RpcCode::unavailable, "The server cannot do this now, try again later");
    told.retry_after = retry_when_unavailable;
    return told;
}
RpcError unimplemented(std::string message) { return {RpcCode::unimplemented, std::move(message), {}, {}}; }
RpcError invalid_argument(std::string message) {
    return {RpcCode::invalid_argument, std::move(message), {}, {}};
}

RpcError error_of(const flows::Failure& failure, Method method, const core::Principal& principal,
                  Instant now) {
    if (const auto* refused = std::get_if<core::Refused>(&failure))
        return error_of(*refused, method, principal, now);
    return unavailable();
}

} // namespace dialproof::dialects::zitadel
