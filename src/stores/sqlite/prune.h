// Pruning in pieces: each looks at a bounded number of rows and is one job for the writer, so that
// commits come between.
#pragma once

#include "ports/store.h"
#include "stores/sqlite/session.h"

#include <cstdint>
#include <span>
#include <string>

namespace dialproof::stores::sqlite {

inline constexpr int rows_a_piece = 500;

// A table that is walked by `position`, oldest rows first.
struct PrunedTable {
    // ?1: where to go on. Gives the last position of the piece, its number of rows, and of these the
    // earliest birth, or null where the birth of a row says nothing of its end.
    const char* look;
    // ?1, ?2: the piece; ?3: what ended before this goes. Gives the version of each row that went.
    const char* remove;
    std::uint64_t ports::Pruned::*count;
};

std::span<const PrunedTable> pruned_tables();

// How far a walk has come, and what it removed in its last piece.
struct PruneStep {
    std::int64_t position = 0;
    std::uint64_t removed = 0;
    bool finished = false;
};

PruneStep prune_piece(Session& session, const PrunedTable& table, std::int64_t after, Instant ended_before);

struct LimiterStep {
    std::string last;
    std::uint64_t removed = 0;
    bool finished = false;
};

// Limiters that are idle at `now`: the same as ones that were never used.
LimiterStep prune_limiters(Connection& connection, const std::string& after, Instant now);

} // namespace dialproof::stores::sqlite
