// Numbered SQL files that make the schema, each run once. What was run is kept with a checksum, so that a
// file changed afterwards is noticed.
#pragma once

#include "base/result.h"
#include "stores/record/migration.h"
#include "stores/sqlite/connection.h"
#include "stores/sqlite/sqlite_config.h"

#include <span>
#include <string>

namespace dialproof::stores::sqlite {

// In the header of each database of ours, so that another program's is not taken for one.
inline constexpr std::int64_t application_id = 0x4469'616C; // "Dial"

// In ascending order; made from migrations/*.sql when the program is built.
std::span<const Migration> embedded_migrations();

// Refuses what `migrate` refuses, and only reads: it leaves another's database as it is. Throws SqlError.
Result<void, StoreError> check_ours(Connection& connection, std::span<const Migration> known,
                                    const std::string& path);

// Runs in one transaction, under the write lock, what has not been run. Refuses a database of another
// program or of a newer version, and one whose migrations differ from `known`. Throws SqlError.
Result<void, StoreError> migrate(Connection& connection, std::span<const Migration> known,
                                 const std::string& path);

} // namespace dialproof::stores::sqlite
