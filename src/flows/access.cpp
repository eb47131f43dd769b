#include "flows/access.h"

#include "base/base64.h"
#include "base/text.h"
#include "flows/codes.h"

#include <algorithm>
#include <array>

namespace dialproof::flows {

namespace {

constexpr std::size_t cache_entries_max = 10'000;
constexpr std::size_t secret_bytes_max = 512; // longer than any that we issue
constexpr std::string_view token_prefix = "dp_";

core::Principal principal_of(const ports::Credential& credential) {
    core::Principal principal;
    principal.user = credential.user;
    principal.service = credential.service;
    for (const auto& role : credential.roles) {
        if (role == core::administrator_role)
            principal.administrator = true;
        else if (const auto permission = core::parse_permission(role))
            principal.permissions.insert(*permission);
    }
    return principal;
}

bool is_live(const ports::Credential& credential, ports::CredentialKind kind, Instant now) {
    return credential.kind == kind && !credential.revoked_at &&
           (!credential.expires_at || now < *credential.expires_at);
}

template <std::size_t size>
std::string_view text_of(const std::array<unsigned char, size>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

Secret<std::string> new_token(ports::Random& random) {
    std::array<unsigned char, 32> bytes{};
    random.fill(bytes);
    Secret<std::string> token(std::string(token_prefix) + to_base64url(text_of(bytes)));
    wipe(bytes.data(), bytes.size());
    return token;
}

Secret<std::string> new_session_id(ports::Random& random) {
    std::array<unsigned char, 16> bytes{};
    random.fill(bytes);
    Secret<std::string> id(to_hex(text_of(bytes)));
    wipe(bytes.data(), bytes.size());
    return id;
}

} // namespace

std::optional<std::string> unknown_role(const std::set<std::string>& roles) {
    const auto unknown = std::find_if(roles.begin(), roles.end(), [](const std::string& role) {
        return role != core::administrator_role && !core::parse_permission(role);
    });
    return unknown == roles.end() ? std::nullopt : std::optional(*unknown);
}

Access::Access(World world, Secret<std::string> administrator_token) :
    world_(world), administrator_token_(std::move(administrator_token)) {}

Task<Access::Known> Access::of_token(Secret<std::string> token) {
    if (!administrator_token_.empty() && administrator_token_.equals(token.reveal())) {
        core::Principal administrator;
        administrator.administrator = true;
        co_return administrator;
    }
    auto known = co_await of_secret(std::move(token), ports::CredentialKind::api_token);
    co_return known;
}

Task<Access::Known> Access::of_session(Secret<std::string> session) {
    return of_secret(std::move(session), ports::CredentialKind::session);
}

Task<Access::Known> Access::of_secret(Secret<std::string> secret, ports::CredentialKind kind) {
    const std::optional<core::Principal> nobody;
    if (secret.empty() || secret.reveal().size() > secret_bytes_max)
        co_return nobody;
    const Instant now = world_.clock.now();
    std::vector<ports::Key> keys;
    for (const std::uint32_t number : world_.keys.numbers()) {
        const auto hash = hash_of(number, secret);
        if (!hash)
            continue;
        const auto known = cached(*hash);
        if (known && is_live(*known, kind, now))
            co_return principal_of(*known);
        keys.emplace_back(*hash);
    }
    const auto revocations = revocations_.load();
    const auto loaded = co_await world_.store.load(keys);
    if (!loaded)
        co_return fail(loaded.error());
    for (const auto& key : keys) {
        const auto* credential = loaded->find<ports::Credential>(std::get<core::CredentialHash>(key));
        if (!credential || !is_live(*credential, kind, now))
            continue;
        const auto removed = co_await holder_removed(*credential);
        if (!removed)
            co_return fail(removed.error());
        if (*removed)
            co_return nobody;
        // What was revoked while it was being loaded must not come back to life here.
        if (revocations_ == revocations)
            remember(*credential);
        co_return principal_of(*credential);
    }
    co_return nobody;
}

// A removed user's credentials end with him. One that was never added may have some: accounts may be kept
// elsewhere.
Task<Result<bool, ports::Fault>> Access::holder_removed(ports::Credential credential) {
    if (!credential.user)
        co_return false;
    std::vector<ports::Key> keys{*credential.user};
    const auto loaded = co_await world_.store.load(std::move(keys));
    if (!loaded)
        co_return fail(loaded.error());
    const auto* user = loaded->find<core::User>(*credential.user);
    co_return user && user->removed;
}

Task<Result<IssuedCredential, ports::Fault>> Access::issue_token(NewToken token) {
    ports::Credential credential;
    credential.kind = ports::CredentialKind::api_token;
    credential.label = std::move(token.label);
    credential.user = std::move(token.user);
    credential.service = std::move(token.service);
    credential.roles = std::move(token.roles);
    credential.expires_at = token.expires_at;
    return issue(std::move(credential), new_token(world_.random));
}

Task<Result<IssuedCredential, ports::Fault>> Access::open_session(core::UserId user, bool administrator,
                                                                  Seconds life) {
    ports::Credential credential;
    credential.kind = ports::CredentialKind::session;
    credential.user = std::move(user);
    if (administrator)
        credential.roles.insert(std::string(core::administrator_role));
    credential.expires_at = world_.clock.now() + life;
    return issue(std::move(credential), new_session_id(world_.random));
}

Task<Result<IssuedCredential, ports::Fault>> Access::issue(ports::Credential credential,
                                                           Secret<std::string> secret) {
    const auto hash = hash_of(world_.keys.newest(), secret);
    if (!hash)
        co_return fail(ports::Fault::unavailable);
    credential.hash = *hash;
    credential.created_at = world_.clock.now();
    const IssuedCredential issued{credential.hash.text, std::move(secret), credential.expires_at};
    ports::Changes changes;
    changes.now = credential.created_at;
    changes.puts.push_back({std::move(credential), 0});
    const auto committed = co_await world_.store.commit(std::move(changes));
    if (committed)
        co_return issued;
    const auto* fault = std::get_if<ports::Fault>(&committed.error());
    co_return fail(fault ? *fault : ports::Fault::unavailable);
}

Task<Result<bool, ports::Fault>> Access::revoke(ports::CredentialKind kind, std::string id) {
    const core::CredentialHash hash(std::move(id));
    std::vector<ports::Key> keys{hash};
    const auto loaded = co_await world_.store.load(keys);
    if (!loaded)
        co_return fail(loaded.error());
    const auto* stored = loaded->find<ports::Credential>(hash);
    if (!stored || stored->kind != kind || stored->revoked_at)
        co_return false;
    ports::Credential revoked = *stored;
    revoked.revoked_at = world_.clock.now();
    ports::Changes changes;
    changes.now = *revoked.revoked_at;
    changes.puts.push_back({std::move(revoked), loaded->version(hash)});
    const auto committed = co_await world_.store.commit(std::move(changes));
    ++revocations_;
    {
        const std::lock_guard lock(cache_mutex_);
        cache_.erase(hash);
    }
    if (committed)
        co_return true;
    const auto* fault = std::get_if<ports::Fault>(&committed.error());
    co_return fail(fault ? *fault : ports::Fault::unavailable);
}

Task<Result<std::vector<ports::Credential>, ports::Fault>> Access::tokens() {
    return world_.store.credentials(ports::CredentialKind::api_token, tokens_listed_max);
}

std::optional<core::CredentialHash> Access::hash_of(std::uint32_t key,
                                                    const Secret<std::string>& secret) const {
    const auto mac = world_.keys.mac(key, "credential", secret.reveal());
    if (!mac)
        return {};
    return core::CredentialHash(to_hex(text_of(mac->reveal())));
}

std::optional<ports::Credential> Access::cached(const core::CredentialHash& hash) {
    const std::unique_lock lock(cache_mutex_, std::try_to_lock);
    if (!lock)
        return {};
    const auto found = cache_.find(hash);
    if (found == cache_.end() || world_.clock.now() >= found->second.until)
        return {};
    return found->second.credential;
}

void Access::remember(const ports::Credential& credential) {
    const std::unique_lock lock(cache_mutex_, std::try_to_lock);
    if (!lock)
        return;
    if (cache_.size() >= cache_entries_max)
        cache_.clear();
    cache_[credential.hash] = {credential, world_.clock.now() + cache_time};
}

} // namespace dialproof::flows
