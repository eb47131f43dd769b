// Numbered SQL files that make the schema, each run once, in a transaction of its own. Several nodes may
// start at once: each file is run under a lock of the table that says what was run. Statements end with a
// semicolon at the end of a line.
#pragma once

#include "base/result.h"
#include "stores/postgres/connection.h"
#include "stores/record/migration.h"

#include <optional>
#include <span>

namespace dialproof::stores::postgres {

// In ascending order; made from migrations/*.sql when the program is built.
std::span<const Migration> embedded_migrations();

// Brings the schema to `known`, or only looks where `config.migrate` is off. Gives what is wrong with the
// schema, if anything: it is older, newer, or was made by another text. The connection prepares no
// statements.
Task<Result<std::optional<StoreError>, SqlError>>
migrate(Connection& connection, std::span<const Migration> known, PostgresConfig config);

} // namespace dialproof::stores::postgres
