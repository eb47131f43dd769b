#include "stores/postgres/prune.h"

#include "stores/postgres/partitions.h"
#include "stores/postgres/rows.h"

#include <chrono>
#include <string>
#include <utility>

namespace dialproof::stores::postgres {

namespace {

constexpr std::int64_t rows_a_piece = 1000;
constexpr Seconds piece_time_max{60};
constexpr std::string_view undefined_table = "42P01", lock_not_available = "55P03", query_canceled = "57014";

// A table, or a partition of one, that is walked by its key.
struct Walked {
    std::string name, key;
    std::string has_ended; // a condition; $3 is the moment
    std::int64_t moment;
    bool may_be_gone = false; // a partition, which another node may drop at any time
};

struct Piece {
    std::string last;
    std::uint64_t removed = 0;
    bool finished = true;
};

// Old rows are few among young ones: what the walk looks at is bounded, not what it finds.
Task<Result<Piece, SqlError>> prune_piece(Connection& connection, Walked walked, std::string after) {
    const std::string look = "SELECT coalesce(max(k), ''), count(*) FROM (SELECT " + walked.key +
                             " AS k FROM " + walked.name + " WHERE " + walked.key + " > $1 ORDER BY " +
                             walked.key + " LIMIT $2) AS piece";
    const std::string remove = "DELETE FROM " + walked.name + " WHERE " + walked.key + " > $1 AND " +
                               walked.key + " <= $2 AND " + walked.has_ended;
    Statement looking_for = Statement(look.c_str()).with(std::string_view(after)).with(rows_a_piece);
    auto looking = connection.query(std::move(looking_for));
    const auto looked = co_await looking;
    Piece piece;
    const auto is_gone = [&walked](const SqlError& error) {
        return walked.may_be_gone && error.state == undefined_table;
    };
    if (!looked && is_gone(looked.error()))
        co_return piece;
    if (!looked)
        co_return fail(looked.error());
    const std::int64_t seen = looked->front().integer(0, 1);
    if (seen == 0)
        co_return piece;
    piece.last = std::string(looked->front().text(0, 0));
    piece.finished = seen < rows_a_piece;
    Statement removal = Statement(remove.c_str())
                            .with(std::string_view(after))
                            .with(std::string_view(piece.last))
                            .with(walked.moment);
    auto removing = connection.query(std::move(removal));
    const auto removed = co_await removing;
    if (!removed && is_gone(removed.error()))
        co_return Piece();
    if (!removed)
        co_return fail(removed.error());
    piece.removed = removed->front().changed();
    co_return piece;
}

// The lock of a whole table is not waited for long, nor a look at all of it: row by row it needs neither.
bool took_too_long(const SqlError& error) {
    return error.state == lock_not_available || error.state == query_canceled;
}

// How many rows went with the partition; nothing where some of its rows are still needed, or may be.
Task<Result<std::optional<std::uint64_t>, SqlError>> drop_if_ended(Connection& connection, std::string name,
                                                                   std::string end, Instant ended_before) {
    const std::string count =
        "SELECT count(*), count(*) FILTER (WHERE " + end + " IS NULL OR " + end + " >= $1) FROM " + name;
    const std::string drop = "DROP TABLE IF EXISTS " + name;
    Statement counting_rows = Statement(count.c_str()).with(to_integer(ended_before));
    auto counting = connection.query(std::move(counting_rows));
    const auto counted = co_await counting;
    std::optional<std::uint64_t> dropped;
    if (!counted && counted.error().state == undefined_table) {
        dropped = 0; // by another node
        co_return dropped;
    }
    if (!counted && took_too_long(counted.error()))
        co_return dropped;
    if (!counted)
        co_return fail(counted.error());
    if (counted->front().integer(0, 1) > 0)
        co_return dropped;
    auto dropping = connection.query(Statement(drop.c_str()));
    const auto gone = co_await dropping;
    if (!gone && took_too_long(gone.error()))
        co_return dropped;
    if (!gone)
        co_return fail(gone.error());
    dropped = static_cast<std::uint64_t>(counted->front().integer(0, 0));
    co_return dropped;
}

class Pruning {
public:
    Pruning(Pool& pool, Loop& loop, Health& health) : pool_(pool), loop_(loop), health_(health) {}

    template <typename T, typename Work>
    Task<Result<T, ports::Fault>> run(Work work) {
        const Retries retries(loop_, health_, std::chrono::steady_clock::now() + piece_time_max);
        return do_on<T>(pool_, health_, retries, std::move(work));
    }

    Task<Result<std::uint64_t, ports::Fault>> walk(Walked walked) {
        std::uint64_t removed = 0;
        std::string after;
        for (bool finished = false; !finished;) {
            auto running =
                run<Piece>([&](Connection& connection) { return prune_piece(connection, walked, after); });
            const auto piece = co_await running;
            if (!piece)
                co_return fail(piece.error());
            removed += piece->removed;
            after = piece->last;
            finished = piece->finished;
        }
        co_return removed;
    }

    Task<Result<std::uint64_t, ports::Fault>> dated(DatedTable table, Instant ended_before) {
        auto looking = run<std::vector<Partition>>(
            [table](Connection& connection) { return partitions_of(connection, table.name); });
        auto partitions = co_await looking;
        if (!partitions)
            co_return fail(partitions.error());
        if (partitions->empty())
            partitions->push_back({table.name, 0});
        const auto last_day = std::chrono::floor<std::chrono::days>(ended_before.time_since_epoch()).count();
        std::uint64_t removed = 0;
        for (const auto& partition : *partitions) {
            if (partition.day > last_day)
                continue; // nothing ends before its day
            if (partition.day > 0) {
                auto running = run<std::optional<std::uint64_t>>([&](Connection& connection) {
                    return drop_if_ended(connection, partition.name, table.end, ended_before);
                });
                const auto dropped = co_await running;
                if (!dropped)
                    co_return fail(dropped.error());
                if (*dropped) {
                    removed += **dropped;
                    continue;
                }
            }
            auto walking = walk({partition.name, table.key, std::string(table.end) + " < $3",
                                 to_integer(ended_before), partition.day > 0});
            const auto walked = co_await walking;
            if (!walked)
                co_return fail(walked.error());
            removed += *walked;
        }
        co_return removed;
    }

private:
    Pool& pool_;
    Loop& loop_;
    Health& health_;
};

} // namespace

Task<Result<ports::Pruned, ports::Fault>> prune(Pool& pool, Loop& loop, Health& health, ports::Log& log,
                                                ports::Retention retention) {
    Pruning pruning(pool, loop, health);
    auto making =
        pruning.run<bool>([&log](Connection& connection) { return make_partitions(connection, log); });
    const auto made = co_await making;
    if (!made)
        co_return fail(made.error());

    ports::Pruned pruned;
    std::uint64_t* const counts[] = {&pruned.verifications, &pruned.events, &pruned.messages};
    for (std::size_t i = 0; i < std::size(dated_tables); ++i) {
        auto running = pruning.dated(dated_tables[i], retention.ended_before);
        const auto removed = co_await running;
        if (!removed)
            co_return fail(removed.error());
        *counts[i] += *removed;
    }
    const std::int64_t ended_before = to_integer(retention.ended_before);
    const std::int64_t now = core::GcraState(retention.now).time_since_epoch().count();
    const std::pair<Walked, std::uint64_t*> others[] = {
        {{"sent_references", "message", "at < $3", ended_before}, &pruned.references},
        {{"user_events", "stream", "at < $3", ended_before}, &pruned.events},
        {{"lines", "id", "ended_at < $3", ended_before}, &pruned.lines},
        {{"credentials", "id", "ended_at < $3", ended_before}, &pruned.credentials},
        {{"limiters", "id", "tat <= $3", now}, &pruned.limiters},
    };
    for (const auto& [walked, count] : others) {
        auto walking = pruning.walk(walked);
        const auto removed = co_await walking;
        if (!removed)
            co_return fail(removed.error());
        *count += *removed;
    }
    co_return pruned;
}

} // namespace dialproof::stores::postgres
