#include "stores/sqlite/commit.h"

#include "stores/sqlite/outbox_table.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dialproof::stores::sqlite {

namespace {

bool append(Connection& connection, const ports::EventRecord& event) {
    connection
        .prepared("INSERT INTO events (kind, stream, sequence, at, type, data) VALUES (?, ?, ?, ?, ?, ?) "
                  "ON CONFLICT (stream, sequence, kind) DO NOTHING")
        .bind(1, ports::to_text(event.kind))
        .bind(2, event.stream)
        .bind(3, static_cast<std::int64_t>(event.sequence))
        .bind(4, to_integer(event.at))
        .bind(5, event.type)
        .bind(6, event.data)
        .run();
    return connection.changes() == 1;
}

core::GcraState limiter_state(Connection& connection, const std::string& limiter) {
    Statement statement = connection.prepared("SELECT tat FROM limiters WHERE id = ?");
    statement.bind(1, limiter);
    return core::GcraState(std::chrono::microseconds(statement.step() ? statement.integer(0) : 0));
}

// Nothing where the event conforms.
std::optional<ports::OverLimit> charge(Connection& connection, const ports::Charge& charge, Instant now) {
    if (!charge.rate.limited())
        return {};
    const auto stepped = core::gcra_step(limiter_state(connection, charge.limiter), charge.rate, now);
    if (!stepped)
        return ports::OverLimit{charge.limiter, stepped.error()};
    connection
        .prepared(
            "INSERT INTO limiters (id, tat) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET tat = excluded.tat")
        .bind(1, charge.limiter)
        .bind(2, std::int64_t{stepped->time_since_epoch().count()})
        .run();
    return {};
}

} // namespace

Result<ports::Committed, ports::CommitFailure> commit(Session& session, const Writes& writes) {
    Connection& connection = *session.connection;
    const std::uint64_t first = first_version(session);
    ports::Committed committed;
    committed.versions.reserve(writes.puts.size());
    for (const auto& each : writes.puts)
        committed.versions.push_back(each.expected == 0 ? first : each.expected + 1);
    const bool fits = std::all_of(writes.puts.begin(), writes.puts.end(),
                                  [&](const auto& each) { return put(connection, each, first); }) &&
                      std::all_of(writes.erases.begin(), writes.erases.end(),
                                  [&](const auto& each) { return erase(session, each); }) &&
                      std::all_of(writes.events.begin(), writes.events.end(),
                                  [&](const auto& each) { return append(connection, each); }) &&
                      std::all_of(writes.messages.begin(), writes.messages.end(),
                                  [&](const auto& each) { return insert(connection, each); });
    if (!fits)
        return dialproof::fail(ports::CommitFailure(ports::Fault::conflict));
    std::optional<ports::OverLimit> longest;
    for (const auto& each : writes.charges) {
        const auto over = charge(connection, each, writes.now);
        if (over && (!longest || longest->retry_at < over->retry_at))
            longest = over;
    }
    if (longest)
        return dialproof::fail(ports::CommitFailure(*longest));
    return committed;
}

std::vector<ports::EventRecord> events_of(Connection& connection, ports::StreamKind kind,
                                          const std::string& stream) {
    Statement statement = connection.prepared("SELECT sequence, at, type, data FROM events "
                                              "WHERE stream = ?1 AND kind = ?2 ORDER BY sequence");
    statement.bind(1, stream).bind(2, ports::to_text(kind));
    std::vector<ports::EventRecord> events;
    while (statement.step())
        events.push_back(ports::EventRecord{kind, stream, static_cast<std::uint64_t>(statement.integer(0)),
                                            to_instant(statement.integer(1)), std::string(statement.text(2)),
                                            std::string(statement.text(3))});
    return events;
}

} // namespace dialproof::stores::sqlite
