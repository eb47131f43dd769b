#include "stores/postgres/migrations.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::stores::postgres {

namespace {

constexpr const char* create_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, name text NOT NULL, "
    "checksum text NOT NULL, applied_at bigint NOT NULL)";
constexpr const char* select_applied = "SELECT number, name, checksum FROM schema_migrations ORDER BY number";
constexpr const char* insert_applied =
    "INSERT INTO schema_migrations (number, name, checksum, applied_at) "
    "VALUES ($1, $2, $3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)";

std::string with_or_without_partitions(std::string_view sql, bool partitions) {
    constexpr std::string_view by_day = "{by day}";
    std::string text(sql);
    for (auto place = text.find(by_day); place != std::string::npos; place = text.find(by_day))
        text.replace(place, by_day.size(), partitions ? "PARTITION BY RANGE (day)" : "");
    return text;
}

// Without the comments.
std::vector<std::string> statements_of(std::string_view sql) {
    std::vector<std::string> statements;
    std::string statement;
    while (!sql.empty()) {
        const std::string_view line = sql.substr(0, sql.find('\n'));
        sql.remove_prefix(std::min(sql.size(), line.size() + 1));
        statement += line.substr(0, line.find("--"));
        statement += '\n';
        if (line.ends_with(';'))
            statements.push_back(std::exchange(statement, {}));
    }
    return statements;
}

std::optional<StoreError> check_applied(const Rows& rows, std::span<const Migration> known) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string title =
            std::string(rows.text(row, 0)) + " (" + std::string(rows.text(row, 1)) + ")";
        if (row == known.size())
            return StoreError{
                "The PostgreSQL database was made by a newer version of Dialproof: it has migration " +
                title + ", this version knows " + std::to_string(known.size()) +
                ". Start the newer version, or restore a backup from before the upgrade."};
        if (known[row].number != rows.integer(row, 0) || checksum(known[row].sql) != rows.text(row, 2))
            return StoreError{"The PostgreSQL database was made with another text of migration " + title +
                              " than this version has. Expected the same, because the tables may differ: "
                              "start the version that made it, or restore a backup."};
    }
    return {};
}

std::optional<StoreError> check_complete(std::size_t applied, std::span<const Migration> known) {
    if (applied == known.size())
        return {};
    return StoreError{"The PostgreSQL database has " + std::to_string(applied) + " of the " +
                      std::to_string(known.size()) +
                      " migrations of this version. Set store.postgres.migrate, or start once with it."};
}

Task<Result<std::optional<StoreError>, SqlError>> look(Connection& connection,
                                                       std::span<const Migration> known) {
    constexpr std::string_view undefined_table = "42P01";
    auto looking = connection.query(Statement(select_applied));
    const auto looked = co_await looking;
    if (!looked && looked.error().state != undefined_table)
        co_return fail(looked.error());
    if (!looked)
        co_return check_complete(0, known);
    auto wrong = check_applied(looked->front(), known);
    if (!wrong)
        wrong = check_complete(looked->front().size(), known);
    co_return wrong;
}

} // namespace

Task<Result<std::optional<StoreError>, SqlError>>
migrate(Connection& connection, std::span<const Migration> known, PostgresConfig config) {
    if (!config.migrate) {
        auto looking = look(connection, known);
        auto looked = co_await looking;
        co_return looked;
    }
    auto creating = connection.query(Statement(create_table));
    const auto created = co_await creating;
    if (!created)
        co_return fail(created.error());
    for (;;) {
        std::vector<Statement> first;
        first.emplace_back("LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE");
        first.emplace_back(select_applied);
        auto locking = connection.begin(std::move(first));
        const auto locked = co_await locking;
        if (!locked)
            co_return fail(locked.error());
        const Rows& applied = locked->back();
        auto wrong = check_applied(applied, known);
        if (wrong || applied.size() == known.size()) {
            auto undoing = connection.roll_back();
            co_await undoing;
            co_return wrong;
        }
        const Migration& next = known[applied.size()];
        const auto texts = statements_of(with_or_without_partitions(next.sql, config.partitions));
        std::vector<Statement> last;
        for (const auto& text : texts)
            last.emplace_back(text.c_str());
        last.push_back(Statement(insert_applied)
                           .with(std::int64_t{next.number})
                           .with(next.name)
                           .with(std::string_view(checksum(next.sql))));
        auto ending = connection.commit(std::move(last));
        const auto ended = co_await ending;
        if (!ended)
            co_return fail(ended.error());
    }
}

} // namespace dialproof::stores::postgres
