// When something has ended for good, so that it may be pruned once the retention is over. Nothing where
// it has not: then it stays however old it is.
#pragma once

#include "ports/store.h"

#include <optional>

namespace dialproof::stores {

std::optional<Instant> ended_at(const core::Verification& verification);
std::optional<Instant> ended_at(const core::User& user);
std::optional<Instant> ended_at(const core::Line& line);
std::optional<Instant> ended_at(const ports::Binding& binding);
std::optional<Instant> ended_at(const ports::Credential& credential);
std::optional<Instant> ended_at(const ports::Row& row);
std::optional<Instant> ended_at(const ports::Message& message);

} // namespace dialproof::stores
