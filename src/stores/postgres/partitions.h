// Partitions by day of the tables that grow with each verification. A day is made some days ahead, and
// dropped when all in it has ended; what has no day of its own lies in the one that is called undated.
#pragma once

#include "base/instant.h"
#include "base/result.h"
#include "ports/log.h"
#include "stores/postgres/connection.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dialproof::stores::postgres {

// A table that may be in partitions, and how its rows are told and how long they stay.
struct DatedTable {
    const char *name, *key, *end; // the column that says when a row ended
};
inline constexpr DatedTable dated_tables[] = {{"verifications", "id", "ended_at"},
                                              {"verification_events", "stream", "at"},
                                              {"messages", "id", "ended_at"}};

struct Partition {
    std::string name;
    std::int64_t day = 0; // 0: of the rest
};

// Those of one table; none where it is in one piece.
Task<Result<std::vector<Partition>, SqlError>> partitions_of(Connection& connection, const char* table);

// Makes what is missing of today's, as the database says, and of some days to come. A day that cannot be made
// is logged: its rows go to the undated ones. The connection prepares no statements.
Task<Result<bool, SqlError>> make_partitions(Connection& connection, ports::Log& log);

} // namespace dialproof::stores::postgres
