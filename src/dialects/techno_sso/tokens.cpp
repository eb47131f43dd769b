#include "dialects/techno_sso/tokens.h"

#include "base/json_writer.h"
#include "wire/authorization.h"
#include "wire/cookie.h"
#include "wire/jwt.h"

namespace dialproof::dialects::sso {

namespace {

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})", cookie_name = "jwt";

Error unauthorized(std::string message) { return {401, std::move(message)}; }

std::string_view token_of(const http::Request& request) {
    if (const auto token = http::bearer_token(request.headers.get("authorization")))
        return *token;
    return http::cookie(request.headers.get("cookie"), cookie_name).value_or("");
}

std::string_view text_of(const Secret<core::MacBytes>& mac) {
    return {reinterpret_cast<const char*>(mac.reveal().data()), mac.reveal().size()};
}

std::string text_claim(const json::Value& claims, std::string_view name) {
    const auto* value = claims.find(name);
    return value && value->as_string() ? *value->as_string() : std::string{};
}

// NumericDate of RFC 7519: seconds, perhaps with a fraction.
std::optional<double> time_claim(const json::Value& claims, std::string_view name) {
    const auto* value = claims.find(name);
    return value && value->as_number() ? std::optional(value->as_number()->as_double()) : std::nullopt;
}

bool is_refresh(const json::Value& claims) {
    const auto* flag = claims.find("is_refresh");
    return flag && flag->as_bool() != false;
}

} // namespace

std::string Tokens::access(const core::UserId& user) const { return issue(user, lives_.access, false); }
std::string Tokens::refresh(const core::UserId& user) const { return issue(user, lives_.refresh, true); }

std::string Tokens::issue(const core::UserId& user, Seconds life, bool refreshes) const {
    const auto expiry = std::chrono::floor<Seconds>(clock_.now() + life).time_since_epoch().count();
    JsonWriter claims;
    claims.begin_object().member("tdid", user.text).member("exp", expiry);
    if (refreshes)
        claims.member("is_refresh", true);
    claims.key("roles").begin_array().value("user").end_array().end_object();
    auto part = jwt::signed_part(header, claims.text());
    const auto signature = mac_.of(part);
    return jwt::with_signature(std::move(part), text_of(signature));
}

Result<std::string, Error> Tokens::caller(const http::Request& request) const {
    const auto token = token_of(request);
    if (token.empty())
        return fail(unauthorized("jwtauth: no token found"));
    return tdid_of(token);
}

bool Tokens::signature_holds(std::string_view signed_part, std::string_view signature) const {
    return equal_in_constant_time(text_of(mac_.of(signed_part)), signature);
}

Result<std::string, Error> Tokens::tdid_of(std::string_view text) const {
    const auto token = jwt::parse(text);
    if (!token)
        return fail(unauthorized("jwtauth: token is unauthorized"));
    if (text_claim(token->header, "alg") != "HS256")
        return fail(unauthorized("jwtauth: algorithm mismatch"));
    if (!signature_holds(token->signed_part, token->signature))
        return fail(unauthorized("jwtauth: token is unauthorized"));
    const auto& claims = token->claims;
    const auto now = std::chrono::duration<double>(clock_.now().time_since_epoch()).count();
    const auto expiry = time_claim(claims, "exp");
    if (expiry && *expiry <= now)
        return fail(unauthorized("jwtauth: token is expired"));
    if (time_claim(claims, "nbf").value_or(0) > now)
        return fail(unauthorized("jwtauth: token nbf validation failed"));
    if (time_claim(claims, "iat").value_or(0) > now)
        return fail(unauthorized("jwtauth: token iat validation failed"));
    // One that never ends could not be taken back.
    if (!expiry || is_refresh(claims))
        return fail(unauthorized("token is incorrect or expired"));
    return text_claim(claims, "tdid");
}

} // namespace dialproof::dialects::sso
