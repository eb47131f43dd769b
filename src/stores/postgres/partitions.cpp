#include "stores/postgres/partitions.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dialproof::stores::postgres {

namespace {

constexpr std::int64_t days_ahead = 7;

constexpr const char* select_partitions =
    "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = $1::text::regclass ORDER BY c.relname";
// The database's day, and whether it has partitions.
constexpr const char* select_today =
    "SELECT floor(extract(epoch FROM clock_timestamp()) / 86400)::bigint, "
    "(SELECT count(*) FROM pg_class WHERE oid = 'verifications'::regclass AND relkind = 'p')";

std::string undated(const std::string& table) { return table + "_undated"; }
std::string dated(const std::string& table, std::int64_t day) { return table + "_d" + std::to_string(day); }

std::int64_t day_of_name(std::string_view name) {
    std::int64_t day = 0;
    const auto digits = name.substr(name.rfind('d') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), day);
    return day;
}

// Several nodes do it at once: one after the other.
Task<Result<void, SqlError>> make(Connection& connection, std::vector<std::string> texts) {
    std::vector<Statement> statements;
    statements.emplace_back("LOCK TABLE schema_migrations IN SHARE ROW EXCLUSIVE MODE");
    for (const auto& text : texts)
        statements.emplace_back(text.c_str());
    auto making = connection.begin(std::move(statements));
    const auto made = co_await making;
    if (!made)
        co_return fail(made.error());
    auto ending = connection.commit({});
    const auto ended = co_await ending;
    if (!ended)
        co_return fail(ended.error());
    co_return Result<void, SqlError>();
}

std::vector<std::string> texts_for_rest() {
    std::vector<std::string> texts;
    for (const auto& table : dated_tables)
        texts.push_back("CREATE TABLE IF NOT EXISTS " + undated(table.name) + " PARTITION OF " + table.name +
                        " DEFAULT");
    return texts;
}

std::vector<std::string> texts_for(std::int64_t day) {
    std::vector<std::string> texts;
    for (const auto& table : dated_tables)
        texts.push_back("CREATE TABLE IF NOT EXISTS " + dated(table.name, day) + " PARTITION OF " +
                        table.name + " FOR VALUES FROM (" + std::to_string(day) + ") TO (" +
                        std::to_string(day + 1) + ")");
    return texts;
}

} // namespace

Task<Result<std::vector<Partition>, SqlError>> partitions_of(Connection& connection, const char* table) {
    Statement statement = Statement(select_partitions).with(std::string_view(table));
    auto looking = connection.query(std::move(statement));
    const auto looked = co_await looking;
    if (!looked)
        co_return fail(looked.error());
    const Rows& rows = looked->front();
    std::vector<Partition> partitions;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::string name(rows.text(row, 0));
        const std::int64_t day = name == undated(table) ? 0 : day_of_name(name);
        partitions.push_back({std::move(name), day});
    }
    co_return partitions;
}

Task<Result<bool, SqlError>> make_partitions(Connection& connection, ports::Log& log) {
    auto asking = connection.query(Statement(select_today));
    const auto asked = co_await asking;
    if (!asked)
        co_return fail(asked.error());
    const std::int64_t today = asked->front().integer(0, 0);
    if (asked->front().integer(0, 1) == 0)
        co_return true;
    // The last of the tables is the last that gets its day.
    auto looking = partitions_of(connection, std::end(dated_tables)[-1].name);
    const auto there = co_await looking;
    if (!there)
        co_return fail(there.error());
    const auto is_there = [&there](std::int64_t day) {
        return std::any_of(there->begin(), there->end(), [day](const auto& each) { return each.day == day; });
    };
    if (!is_there(0)) {
        auto making = make(connection, texts_for_rest());
        const auto made = co_await making;
        if (!made)
            co_return fail(made.error());
    }
    // A clock that is behind still names yesterday.
    for (std::int64_t day = today - 1; day <= today + days_ahead; ++day) {
        if (is_there(day))
            continue;
        auto making = make(connection, texts_for(day));
        const auto made = co_await making;
        if (made)
            continue;
        if (made.error().lost)
            co_return fail(made.error());
        log.warning("store_partition_not_made",
                    {{"day", day}, {"error", made.error().message}, {"sqlstate", made.error().state}});
        auto undoing = connection.roll_back();
        co_await undoing;
    }
    co_return true;
}

} // namespace dialproof::stores::postgres
