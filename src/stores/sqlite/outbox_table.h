// The table of messages: what is to be sent, and what became of it.
#pragma once

#include "base/result.h"
#include "ports/store.h"
#include "stores/sqlite/session.h"

#include <optional>
#include <vector>

namespace dialproof::stores::sqlite {

// False: there is one of that id.
bool insert(Connection& connection, const ports::NewMessage& fresh);

std::vector<ports::ClaimedMessage> claim(Session& session, unsigned limit, Milliseconds lease, Instant now);
Result<ports::Committed, ports::Fault> settle(Session& session, const ports::Settlement& settlement);
ports::Recorded record(Session& session, const ports::Receipt& receipt);
std::vector<ports::SentReference> sent_references(Connection& connection, const std::string& provider,
                                                  const std::vector<std::string>& references,
                                                  const std::optional<core::PhoneNumber>& to, unsigned limit);
// Whoever holds a lease now is gone.
void end_leases(Connection& connection, Instant now);

std::optional<Instant> next_due(Connection& connection);
std::vector<ports::Message> messages_of(Session& session, const core::VerificationId& verification);

} // namespace dialproof::stores::sqlite
