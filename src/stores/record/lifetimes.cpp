#include "stores/record/lifetimes.h"

#include <algorithm>

namespace dialproof::stores {

std::optional<Instant> ended_at(const core::Verification& verification) {
    const bool pending = verification.status == core::VerificationStatus::pending;
    return pending ? verification.expires_at : verification.changed_at;
}

// A removed user's id stays taken.
std::optional<Instant> ended_at(const core::User&) { return {}; }

// A run of misses stands until a right guess or an operator ends it, whatever the time between.
std::optional<Instant> ended_at(const core::Line& line) {
    if (line.misses_in_row > 0)
        return {};
    Instant last{};
    for (const Instant at : line.sends)
        last = std::max(last, at);
    for (const Instant at : line.misses)
        last = std::max(last, at);
    for (const auto& [door, proof] : line.proofs)
        last = std::max(last, proof.expires_at);
    return last;
}

// It stays until whoever has the name gives it up.
std::optional<Instant> ended_at(const ports::Binding&) { return {}; }

std::optional<Instant> ended_at(const ports::Credential& credential) {
    if (credential.revoked_at && credential.expires_at)
        return std::min(*credential.revoked_at, *credential.expires_at);
    return credential.revoked_at ? credential.revoked_at : credential.expires_at;
}

std::optional<Instant> ended_at(const ports::Row& row) {
    return std::visit([](const auto& content) { return ended_at(content); }, row);
}

std::optional<Instant> ended_at(const ports::Message& message) {
    return ports::is_final(message.state) ? message.changed_at : message.expires_at;
}

} // namespace dialproof::stores
