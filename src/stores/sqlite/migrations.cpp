#include "stores/sqlite/migrations.h"

#include <algorithm>

namespace dialproof::stores::sqlite {

namespace {

constexpr const char* create_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, "
    "applied_at INTEGER NOT NULL) STRICT";

// A transaction that is undone unless it is kept.
class Transaction {
public:
    explicit Transaction(Connection& connection) : connection_(connection) {
        connection_.execute("BEGIN IMMEDIATE");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        if (!connection_.in_transaction())
            return;
        try {
            connection_.execute("ROLLBACK");
        } catch (const SqlError&) {
            // What began it is told; closing the connection undoes it too.
        }
    }
    void keep() { connection_.execute("COMMIT"); }

private:
    Connection& connection_;
};

Result<void, StoreError> check_owner(Connection& connection, const std::string& path) {
    const bool empty = connection.integer("SELECT count(*) FROM sqlite_schema") == 0;
    if (empty || connection.integer("PRAGMA application_id") == application_id)
        return {};
    return fail(StoreError{path + " is a SQLite database of another program. Expected a database made by " +
                           "Dialproof, or no file: choose another data folder."});
}

// How many of `known` were run already.
Result<std::size_t, StoreError> check_applied(Connection& connection, std::span<const Migration> known,
                                              const std::string& path) {
    std::size_t applied = 0;
    auto statement =
        connection.prepared("SELECT number, name, checksum FROM schema_migrations ORDER BY number");
    for (; statement.step(); ++applied) {
        const std::string title =
            std::to_string(statement.integer(0)) + " (" + std::string(statement.text(1)) + ")";
        if (applied == known.size())
            return fail(
                StoreError{path + " was made by a newer version of Dialproof: it has migration " + title +
                           ", this version knows " + std::to_string(known.size()) +
                           ". Start the newer version, or restore a backup from before the upgrade."});
        if (known[applied].number != statement.integer(0) ||
            checksum(known[applied].sql) != statement.text(2))
            return fail(
                StoreError{path + " was made with another text of migration " + title +
                           " than this version has. Expected the same, because the tables may differ: "
                           "start the version that made it, or restore a backup."});
    }
    return applied;
}

void run(Connection& connection, const Migration& migration) {
    connection.execute(std::string(migration.sql));
    const std::string sum = checksum(migration.sql);
    connection
        .prepared("INSERT INTO schema_migrations (number, name, checksum, applied_at) "
                  "VALUES (?, ?, ?, unixepoch() * 1000)")
        .bind(1, std::int64_t{migration.number})
        .bind(2, migration.name)
        .bind(3, sum)
        .run();
}

} // namespace

Result<void, StoreError> check_ours(Connection& connection, std::span<const Migration> known,
                                    const std::string& path) {
    if (const auto ours = check_owner(connection, path); !ours)
        return ours;
    if (connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'") == 0)
        return {};
    if (const auto applied = check_applied(connection, known, path); !applied)
        return fail(applied.error());
    return {};
}

Result<void, StoreError> migrate(Connection& connection, std::span<const Migration> known,
                                 const std::string& path) {
    Transaction transaction(connection);
    if (const auto ours = check_owner(connection, path); !ours)
        return ours;
    connection.execute(create_table);
    const auto applied = check_applied(connection, known, path);
    if (!applied)
        return fail(applied.error());
    for (const auto& migration : known.subspan(*applied))
        run(connection, migration);
    connection.execute("PRAGMA application_id = " + std::to_string(application_id));
    transaction.keep();
    return {};
}

} // namespace dialproof::stores::sqlite
