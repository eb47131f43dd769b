// The table of messages: what is to be sent, and what became of it.
#pragma once

#include "base/result.h"
#include "ports/store.h"
#include "stores/sqlite/connection.h"

#include <optional>
#include <vector>

namespace dialproof::stores::sqlite {

// False: there is one of that id.
bool insert(Connection& connection, const ports::Message& message);

std::vector<ports::ClaimedMessage> claim(Connection& connection, unsigned limit, Milliseconds lease,
                                         Instant now);
Result<ports::Committed, ports::Fault> settle(Connection& connection, const ports::Settlement& settlement);
void record(Connection& connection, const ports::Receipt& receipt);

std::optional<Instant> next_due(Connection& connection);
std::vector<ports::Message> messages_of(Connection& connection, const core::VerificationId& verification);

} // namespace dialproof::stores::sqlite
