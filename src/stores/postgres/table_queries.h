// Questions of one statement each: lists, look-ups by other columns than the key, health and time.
#pragma once

#include "ports/store.h"
#include "stores/postgres/connection.h"
#include "stores/postgres/postgres_store.h"

#include <string>
#include <vector>

namespace dialproof::stores::postgres {

// `after` is a number, or empty: from the first one.
Task<Result<std::vector<core::PhoneNumber>, SqlError>> line_numbers(Connection& connection, std::string after,
                                                                    unsigned limit);
Task<Result<ports::Loaded, SqlError>> users_of(Connection& connection, core::PhoneNumber number,
                                               unsigned limit);
Task<Result<std::vector<ports::EventRecord>, SqlError>> events_of(Connection& connection,
                                                                  ports::StreamKind kind, std::string stream);
Task<Result<std::vector<core::VerificationId>, SqlError>>
verifications_of(Connection& connection, core::PhoneNumber number, unsigned limit);
Task<Result<std::vector<ports::Credential>, SqlError>>
credentials(Connection& connection, ports::CredentialKind kind, unsigned limit);
Task<Result<ports::Committed, SqlError>> probe(Connection& connection);
Task<Result<DatabaseTime, SqlError>> database_time(Connection& connection);

} // namespace dialproof::stores::postgres
