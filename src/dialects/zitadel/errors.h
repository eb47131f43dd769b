// The errors by the ids that clients match on. Texts are English whatever the client's language.
#pragma once

#include "core/permission.h"
#include "dialects/zitadel/rpc.h"
#include "flows/answer.h"

namespace dialproof::dialects::zitadel {

enum class Method {
    add_human_user,
    create_user,
    get_user_by_id,
    update_human_user,
    update_user,
    delete_user,
    set_phone,
    remove_phone,
    resend_phone_code,
    verify_phone,
};

RpcError authorization_missing();
RpcError authorization_invalid();
RpcError token_invalid();
RpcError organisation_unknown();
RpcError not_permitted(const core::Principal& principal, Method method);
RpcError phone_invalid();
RpcError phone_empty();
RpcError unavailable();
RpcError unimplemented(std::string message);
RpcError invalid_argument(std::string message);

// What a refusal or fault is called in this method.
RpcError error_of(const flows::Failure& failure, Method method, const core::Principal& principal,
                  Instant now);

} // namespace dialproof::dialects::zitadel
