// API tokens and sessions: made once, shown once, kept only as a keyed hash.
#pragma once

#include "base/secret.h"
#include "base/task.h"
#include "core/permission.h"
#include "flows/world.h"
#include "ports/store.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
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

// Whether every role is a permission's name or "administrator"; the first that is not, otherwise.
std::optional<std::string> unknown_role(const std::set<std::string>& roles);

class Access {
public:
    // How long another node may go on accepting a credential that was revoked.
    static constexpr Seconds cache_time{5};

    // `administrator_token` is the built-in administrator's, from the environment or the data folder.
    Access(World world, Secret<std::string> administrator_token);

    using Known = Result<std::optional<core::Principal>, ports::Fault>;

    // Nothing for a token that is unknown, expired or revoked, or whose user was removed.
    Task<Known> of_token(Secret<std::string> token);
    // The same for a session id.
    Task<Known> of_session(Secret<std::string> session);

    Task<Result<IssuedCredential, ports::Fault>> issue_token(NewToken token);
    Task<Result<IssuedCredential, ports::Fault>> open_session(core::UserId user, bool administrator,
                                                              Seconds life);
    // False where there is no such credential of that kind in force. On this node it stops at once.
    Task<Result<bool, ports::Fault>> revoke(ports::CredentialKind kind, std::string id);
    // Newest first, revoked ones too, at most `tokens_listed_max`.
    Task<Result<std::vector<ports::Credential>, ports::Fault>> tokens();

    static constexpr unsigned tokens_listed_max = 1000;

private:
    struct Cached {
        ports::Credential credential;
        Instant until;
    };

    Task<Result<bool, ports::Fault>> holder_removed(ports::Credential credential);
    Task<Known> of_secret(Secret<std::string> secret, ports::CredentialKind kind);
    Task<Result<IssuedCredential, ports::Fault>> issue(ports::Credential credential,
                                                       Secret<std::string> secret);
    [[nodiscard]] std::optional<core::CredentialHash> hash_of(std::uint32_t key,
                                                              const Secret<std::string>& secret) const;
    [[nodiscard]] std::optional<ports::Credential> cached(const core::CredentialHash& hash);
    void remember(const ports::Credential& credential);

    World world_;
    Secret<std::string> administrator_token_;
    std::atomic<std::uint64_t> revocations_ = 0;
    std::mutex cache_mutex_; // a caller that cannot have it at once asks the store instead
    std::unordered_map<core::CredentialHash, Cached> cache_;
};

} // namespace dialproof::flows
