#include "dialects/zitadel/authentication.h"

#include "dialects/zitadel/errors.h"
#include "wire/accept_language.h"
#include "wire/authorization.h"

namespace dialproof::dialects::zitadel {

namespace {

// The token, or why there is none.
RpcResult<Secret<std::string>> bearer_token(std::string_view authorization) {
    if (authorization.empty())
        return fail(authorization_missing());
    const auto token = http::bearer_token(authorization);
    if (!token)
        return fail(authorization_invalid());
    return Secret<std::string>(std::string(*token));
}

std::string locale_of(std::string_view accept_language) {
    const auto languages = http::accepted_languages(accept_language);
    return languages.empty() || languages.front() == "*" ? std::string{} : languages.front();
}

core::Principal within(core::Principal principal, const core::ServiceName& organisation) {
    if (principal.service && *principal.service != organisation)
        principal.permissions.clear();
    principal.service = organisation;
    return principal;
}

} // namespace

Task<RpcResult<RpcContext>> Authentication::authenticate(RpcMetadata metadata) const {
    const auto token = bearer_token(metadata.authorization);
    if (!token)
        co_return fail(token.error());
    auto principal = co_await access_.of_token(*token);
    if (!principal)
        co_return fail(unavailable());
    if (!*principal)
        co_return fail(token_invalid());

    RpcContext context;
    context.caller.principal = std::move(**principal);
    context.caller.address = std::move(metadata.caller_address);
    context.caller.dialect = "zitadel";
    context.caller.deadline = metadata.deadline;
    context.caller.locale = locale_of(metadata.accept_language);
    context.caller.client = std::move(metadata.client);
    if (!metadata.organisation.empty()) {
        context.organisation = organisations_.service_of(metadata.organisation);
        if (!context.organisation)
            co_return fail(organisation_unknown());
        context.caller.principal = within(std::move(context.caller.principal), *context.organisation);
    }
    co_return context;
}

} // namespace dialproof::dialects::zitadel
