#include "stores/postgres/events.h"

#include "stores/postgres/days.h"
#include "stores/postgres/rows.h"

namespace dialproof::stores::postgres {

std::string lock_name(ports::StreamKind kind, std::string_view stream, std::uint64_t sequence) {
    return "event " + std::string(to_text(kind)) + ' ' + std::to_string(sequence) + ' ' + std::string(stream);
}

std::optional<Statement> append_events(ports::StreamKind kind,
                                       const std::vector<const ports::EventRecord*>& events) {
    if (events.empty())
        return {};
    Array streams, sequences, moments, types, data, days;
    for (const auto* event : events) {
        streams.add(std::string_view(event->stream));
        sequences.add(static_cast<std::int64_t>(event->sequence));
        moments.add(to_integer(event->at));
        types.add(std::string_view(event->type));
        data.add(std::string_view(event->data));
        days.add(day_of(event->stream));
    }
    const bool of_user = kind == ports::StreamKind::user;
    Statement statement(of_user ? "INSERT INTO user_events (stream, sequence, at, type, data) SELECT * FROM "
                                  "unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[]) "
                                  "AS n(stream, sequence, at, type, data) ORDER BY n.stream, n.sequence "
                                  "ON CONFLICT DO NOTHING RETURNING stream, sequence"
                                : "INSERT INTO verification_events (stream, sequence, at, type, data, day) "
                                  "SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], "
                                  "$5::text[], $6::integer[]) AS n(stream, sequence, at, type, data, day) "
                                  "ORDER BY n.stream, n.sequence ON CONFLICT DO NOTHING "
                                  "RETURNING stream, sequence");
    statement.with(streams).with(sequences).with(moments).with(types).with(data);
    if (!of_user)
        statement.with(days);
    return statement;
}

Statement select_events(ports::StreamKind kind, const std::string& stream) {
    if (kind == ports::StreamKind::user)
        return Statement(
                   "SELECT sequence, at, type, data FROM user_events WHERE stream = $1 ORDER BY sequence")
            .with(stream);
    return Statement("SELECT sequence, at, type, data FROM verification_events "
                     "WHERE stream = $1 AND day = $2 ORDER BY sequence")
        .with(stream)
        .with(day_of(stream));
}

std::vector<ports::EventRecord> events_in(const Rows& rows, ports::StreamKind kind,
                                          const std::string& stream) {
    std::vector<ports::EventRecord> events;
    for (std::size_t row = 0; row < rows.size(); ++row)
        events.push_back({kind, stream, static_cast<std::uint64_t>(rows.integer(row, 0)),
                          to_instant(rows.integer(row, 1)), std::string(rows.text(row, 2)),
                          std::string(rows.text(row, 3))});
    return events;
}

} // namespace dialproof::stores::postgres
