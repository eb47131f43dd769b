// API tokens and sessions: made once, shown once, kept only as a keyed hash.
#pragma once

#include "base/secret.h"
#include "base/task.h"
#include "core/permission.h"
#include "flows/answer.h"
#include "flows/world.h"
#include "ports/store.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dialproof::flows {

struct NewToken {
    std::string label;
    std::optional<core::UserId> user;
    std::optional<core::ServiceName> service; // where its roles hold; none: everywhere
    std::set<std::string> roles;              // permissions by name, or "administrator"
    std::optional<Instant> expires_at;
};

struct IssuedCredential {
    std::string id;
    Secret<std::string> secret; // an API token is "dp_" and 43 characters; a session id 32 hex digits
    std::optional<Instant> expires_at;
};

class Access {
public:
    // `administrator_token` is the built-in administrator's, from the environment or the data folder.
    Access(World world, Secret<std::string> administrator_token);

    // Nothing for a token that is unknown, expired or revoked. A revoked token stops at once on this
    // node and within `cache_time` on others.
    Task<Result<std::optional<core::Principal>, ports::Fault>> of_token(Secret<std::string> token);
    // The same for a session id.
    Task<Result<std::optional<core::Principal>, ports::Fault>> of_session(Secret<std::string> session);

    Task<Result<IssuedCredential, ports::Fault>> issue_token(NewToken token);
    Task<Result<IssuedCredential, ports::Fault>> open_session(core::UserId user, bool administrator,
                                                              Seconds life);
    // False where there is no such token.
    Task<Result<bool, ports::Fault>> revoke_token(std::string id);
    Task<Result<std::vector<ports::Credential>, ports::Fault>> tokens();

private:
    Task<Result<std::optional<core::Principal>, ports::Fault>> of_secret(Secret<std::string> secret,
                                                                         ports::CredentialKind kind);
    core::CredentialHash hash_of(const Secret<std::string>& secret) const;

    World world_;
    Secret<std::string> administrator_token_;
};

} // namespace dialproof::flows
