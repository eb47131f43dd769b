#include "stores/sqlite/prune.h"

#include "stores/sqlite/row_table.h"

#include <algorithm>
#include <array>

namespace dialproof::stores::sqlite {

namespace {

#define DIALPROOF_LOOK(table, birth)                                                                         \
    "SELECT max(position), count(*), min(birth) FROM (SELECT position, " birth " AS birth FROM " table       \
    " WHERE position > ?1 ORDER BY position LIMIT 500)"
#define DIALPROOF_REMOVE(table, end, version)                                                                \
    "DELETE FROM " table " WHERE position > ?1 AND position <= ?2 AND " end " < ?3 RETURNING " version
static_assert(rows_a_piece == 500, "as in the statements");

// Nothing ends before it is born, and positions follow births: past the first piece of young ones there
// is nothing to find. Lines and credentials live on, so those are walked to the end.
constexpr std::array<PrunedTable, 6> tables{{
    {DIALPROOF_LOOK("verifications", "created_at"), DIALPROOF_REMOVE("verifications", "ended_at", "version"),
     &ports::Pruned::verifications},
    {DIALPROOF_LOOK("messages", "created_at"), DIALPROOF_REMOVE("messages", "ended_at", "0"),
     &ports::Pruned::messages},
    {DIALPROOF_LOOK("sent_references", "at"), DIALPROOF_REMOVE("sent_references", "at", "0"),
     &ports::Pruned::references},
    {DIALPROOF_LOOK("events", "at"), DIALPROOF_REMOVE("events", "at", "0"), &ports::Pruned::events},
    {DIALPROOF_LOOK("lines", "NULL"), DIALPROOF_REMOVE("lines", "ended_at", "version"),
     &ports::Pruned::lines},
    {DIALPROOF_LOOK("credentials", "NULL"), DIALPROOF_REMOVE("credentials", "ended_at", "version"),
     &ports::Pruned::credentials},
}};
#undef DIALPROOF_LOOK
#undef DIALPROOF_REMOVE

struct Piece {
    std::int64_t last;
    std::int64_t rows;
    bool all_young;
};

Piece look(Connection& connection, const PrunedTable& table, std::int64_t after, Instant ended_before) {
    Statement statement = connection.prepared(table.look);
    statement.bind(1, after);
    statement.step();
    return Piece{statement.integer(0), statement.integer(1),
                 !statement.is_null(2) && statement.integer(2) >= to_integer(ended_before)};
}

} // namespace

std::span<const PrunedTable> pruned_tables() { return tables; }

PruneStep prune_piece(Session& session, const PrunedTable& table, std::int64_t after, Instant ended_before) {
    Connection& connection = *session.connection;
    const Piece piece = look(connection, table, after, ended_before);
    if (piece.rows == 0 || piece.all_young)
        return PruneStep{after, 0, true};
    PruneStep step{piece.last, 0, piece.rows < rows_a_piece};
    std::int64_t highest_version = 0;
    {
        Statement statement = connection.prepared(table.remove);
        statement.bind(1, after).bind(2, piece.last).bind(3, to_integer(ended_before));
        for (; statement.step(); ++step.removed)
            highest_version = std::max(highest_version, statement.integer(0));
    }
    if (highest_version > 0)
        raise_version_floor(session, highest_version);
    return step;
}

LimiterStep prune_limiters(Connection& connection, const std::string& after, Instant now) {
    LimiterStep step;
    {
        Statement statement = connection.prepared("SELECT max(id), count(*) FROM (SELECT id FROM limiters "
                                                  "WHERE id > ?1 ORDER BY id LIMIT 500)");
        statement.bind(1, after);
        statement.step();
        step.last = statement.text(0);
        step.finished = statement.integer(1) < rows_a_piece;
    }
    connection.prepared("DELETE FROM limiters WHERE id > ?1 AND id <= ?2 AND tat <= ?3")
        .bind(1, after)
        .bind(2, step.last)
        .bind(3, std::int64_t{core::GcraState(now).time_since_epoch().count()})
        .run();
    step.removed = static_cast<std::uint64_t>(connection.changes());
    return step;
}

} // namespace dialproof::stores::sqlite
