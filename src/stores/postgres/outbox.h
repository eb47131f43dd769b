// The table of messages: what is to be sent, and what became of it.
#pragma once

#include "base/result.h"
#include "ports/store.h"
#include "stores/postgres/connection.h"
#include "stores/record/tries.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::stores::postgres {

std::string message_lock_name(std::string_view id);

// Gives the ids of those that are new.
std::optional<Statement> insert_messages(const std::vector<const ports::NewMessage*>& fresh);

// Each is a transaction of its own, or one statement.
Task<Result<std::vector<ports::ClaimedMessage>, SqlError>>
claim(Connection& connection, unsigned limit, Milliseconds lease, Instant now, std::string lease_name);
// Nothing: its lease is another's.
Task<Result<std::optional<ports::Committed>, SqlError>> settle(Connection& connection,
                                                               ports::Settlement settlement);
Task<Result<ports::Recorded, SqlError>> record(Connection& connection, ports::Receipt receipt);
Task<Result<std::vector<ports::SentReference>, SqlError>>
sent_references(Connection& connection, std::string provider, std::vector<std::string> references,
                std::optional<core::PhoneNumber> to, unsigned limit);
Task<Result<std::optional<Instant>, SqlError>> next_due(Connection& connection);
Task<Result<std::vector<ports::Message>, SqlError>> messages_of(Connection& connection,
                                                                core::VerificationId verification);

} // namespace dialproof::stores::postgres
