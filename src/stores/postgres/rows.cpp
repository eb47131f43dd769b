#include "stores/postgres/rows.h"

#include "stores/record/lifetimes.h"
#include "stores/record/numbers.h"

#include <algorithm>

namespace dialproof::stores::postgres {

namespace {

// A row that is new begins at the database's time, in microseconds, and counts from there: so a row that
// comes back is above all versions it had, and no counter is needed.
#define DIALPROOF_FIRST_VERSION "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

struct RowTable {
    const char *insert, *update, *update_of_any_day, *erase, *find;
};

#define DIALPROOF_PLAIN(table)                                                                               \
    {                                                                                                        \
        "INSERT INTO " table " (id, version, ended_at, body) SELECT n.id, " DIALPROOF_FIRST_VERSION          \
        ", n.ended_at, n.body FROM unnest($1::text[], $2::bigint[], $3::text[]) AS n(id, ended_at, body) "   \
        "ORDER BY n.id ON CONFLICT DO NOTHING RETURNING id, version",                                        \
            "UPDATE " table " AS t SET version = t.version + 1, ended_at = n.ended_at, body = n.body "       \
            "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) "                               \
            "AS n(id, ended_at, body, expected) "                                                            \
            "WHERE t.id = n.id AND t.version = n.expected RETURNING t.id, t.version",                        \
            nullptr,                                                                                         \
            "DELETE FROM " table " AS t USING unnest($1::text[], $2::bigint[]) AS n(id, expected) "          \
            "WHERE t.id = n.id AND t.version = n.expected RETURNING t.id",                                   \
            "SELECT id FROM " table " WHERE id = ANY($1::text[])"                                            \
    }

#define DIALPROOF_UPDATE_VERIFICATIONS                                                                       \
    "UPDATE verifications AS t SET version = t.version + 1, ended_at = n.ended_at, body = n.body, "          \
    "created_at = n.created_at, number = n.number "                                                          \
    "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::integer[], $6::bigint[], "          \
    "$7::text[]) AS n(id, ended_at, body, expected, day, created_at, number) "                               \
    "WHERE t.id = n.id AND t.day = n.day AND t.version = n.expected"

constexpr std::array<RowTable, row_kinds> tables{{
    {"INSERT INTO verifications (id, version, ended_at, body, day, created_at, number) "
     "SELECT n.id, " DIALPROOF_FIRST_VERSION ", n.ended_at, n.body, n.day, n.created_at, n.number "
     "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[], $5::bigint[], $6::text[]) "
     "AS n(id, ended_at, body, day, created_at, number) "
     "ORDER BY n.id ON CONFLICT DO NOTHING RETURNING id, version",
     DIALPROOF_UPDATE_VERIFICATIONS " AND t.day IN ($8, $9, $10, $11, $12, $13, $14, $15) "
                                    "RETURNING t.id, t.version",
     DIALPROOF_UPDATE_VERIFICATIONS " RETURNING t.id, t.version",
     "DELETE FROM verifications AS t USING unnest($1::text[], $2::bigint[], $3::integer[]) "
     "AS n(id, expected, day) WHERE t.id = n.id AND t.day = n.day AND t.version = n.expected RETURNING t.id",
     "SELECT id FROM verifications WHERE id = ANY($1::text[])"},
    DIALPROOF_PLAIN("users"),
    DIALPROOF_PLAIN("lines"),
    DIALPROOF_PLAIN("bindings"),
    {"INSERT INTO credentials (id, version, ended_at, body, created_at, kind) "
     "SELECT n.id, " DIALPROOF_FIRST_VERSION ", n.ended_at, n.body, n.created_at, n.kind "
     "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[]) "
     "AS n(id, ended_at, body, created_at, kind) "
     "ORDER BY n.id ON CONFLICT DO NOTHING RETURNING id, version",
     "UPDATE credentials AS t SET version = t.version + 1, ended_at = n.ended_at, body = n.body, "
     "created_at = n.created_at, kind = n.kind "
     "FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) "
     "AS n(id, ended_at, body, expected, created_at, kind) "
     "WHERE t.id = n.id AND t.version = n.expected RETURNING t.id, t.version",
     nullptr,
     "DELETE FROM credentials AS t USING unnest($1::text[], $2::bigint[]) AS n(id, expected) "
     "WHERE t.id = n.id AND t.version = n.expected RETURNING t.id",
     "SELECT id FROM credentials WHERE id = ANY($1::text[])"},
}};

const RowTable& table_of(RowKind kind) { return tables[static_cast<std::size_t>(kind)]; }

struct OwnColumns {
    RowWrite& write;

    void operator()(const core::Verification& v) const {
        write.created_at = v.created_at;
        if (v.number)
            write.number = v.number->e164();
    }
    void operator()(const core::User& user) const {
        write.user_numbers = numbers_of(user);
        write.changed_at = user.changed_at;
    }
    void operator()(const core::Line&) const {}
    void operator()(const ports::Binding&) const {}
    void operator()(const ports::Credential& credential) const {
        write.created_at = credential.created_at;
        write.credential_kind = to_text(credential.kind);
    }
};

template <typename T, typename Get>
Array array_of(const std::vector<const T*>& all, Get get) {
    Array array;
    for (const auto* each : all)
        array.add(get(*each));
    return array;
}

// By key, so that two nodes that write the same rows take them in the same order.
template <typename T, typename Get>
void sort_by(std::vector<const T*>& all, Get key) {
    std::sort(all.begin(), all.end(), [&](const T* a, const T* b) { return key(*a) < key(*b); });
}

std::optional<std::int64_t> to_integer(const std::optional<Instant>& instant) {
    return instant ? std::optional(postgres::to_integer(*instant)) : std::nullopt;
}

void add_common(Statement& statement, const std::vector<const RowWrite*>& rows) {
    statement.with(array_of(rows, [](const RowWrite& row) { return std::string_view(row.id); }))
        .with(array_of(rows, [](const RowWrite& row) { return to_integer(row.ended_at); }))
        .with(array_of(rows, [](const RowWrite& row) { return std::string_view(row.body); }));
}

void add_own(Statement& statement, RowKind kind, const std::vector<const RowWrite*>& rows) {
    const auto created = [](const RowWrite& row) { return postgres::to_integer(row.created_at); };
    if (kind == RowKind::verification) {
        statement.with(array_of(rows, [](const RowWrite& row) { return day_of(row.id); }))
            .with(array_of(rows, created))
            .with(array_of(rows, [](const RowWrite& row) { return row.number; }));
    } else if (kind == RowKind::credential) {
        statement.with(array_of(rows, created)).with(array_of(rows, [](const RowWrite& row) {
            return row.credential_kind;
        }));
    }
}

const std::string& id_of(const RowWrite& row) { return row.id; }
const std::string& id_of(const ports::Erase& erase) { return ports::text_of(erase.key); }

} // namespace

std::int64_t to_integer(Instant instant) { return instant.time_since_epoch().count(); }

Instant to_instant(std::int64_t milliseconds) { return Instant(Milliseconds(milliseconds)); }

RowWrite encode_put(const ports::Put& put) {
    const ports::Row& row = *put.row;
    RowWrite write{kind_of(row), ports::key_text(row), put.expected, encode(row), ended_at(row)};
    std::visit(OwnColumns{write}, row);
    return write;
}

std::string lock_name(RowKind kind, const std::string& id) { return std::string(to_text(kind)) + ' ' + id; }

std::optional<Statement> insert_rows(RowKind kind, std::vector<const RowWrite*> rows) {
    if (rows.empty())
        return {};
    sort_by(rows, [](const RowWrite& row) -> const std::string& { return id_of(row); });
    Statement statement(table_of(kind).insert);
    add_common(statement, rows);
    add_own(statement, kind, rows);
    return statement;
}

std::optional<Statement> update_rows(RowKind kind, std::vector<const RowWrite*> rows) {
    if (rows.empty())
        return {};
    sort_by(rows, [](const RowWrite& row) -> const std::string& { return id_of(row); });
    Days days;
    for (const auto* row : rows)
        days.add(day_of(row->id));
    const bool of_any_day = kind == RowKind::verification && !days.fit();
    Statement statement(of_any_day ? table_of(kind).update_of_any_day : table_of(kind).update);
    add_common(statement, rows);
    statement.with(
        array_of(rows, [](const RowWrite& row) { return static_cast<std::int64_t>(row.expected); }));
    add_own(statement, kind, rows);
    if (kind == RowKind::verification && !of_any_day)
        days.append_to(statement);
    return statement;
}

std::optional<Statement> erase_rows(RowKind kind, std::vector<const ports::Erase*> erases) {
    if (erases.empty())
        return {};
    sort_by(erases, [](const ports::Erase& erase) -> const std::string& { return id_of(erase); });
    Statement statement(table_of(kind).erase);
    statement.with(array_of(erases, [](const ports::Erase& each) { return std::string_view(id_of(each)); }))
        .with(array_of(erases,
                       [](const ports::Erase& each) { return static_cast<std::int64_t>(each.expected); }));
    if (kind == RowKind::verification)
        statement.with(array_of(erases, [](const ports::Erase& each) { return day_of(id_of(each)); }));
    return statement;
}

std::optional<Statement> find_rows(RowKind kind, const std::vector<const ports::Erase*>& erases) {
    if (erases.empty())
        return {};
    return Statement(table_of(kind).find).with(array_of(erases, [](const ports::Erase& each) {
        return std::string_view(id_of(each));
    }));
}

std::optional<Statement> forget_numbers(const std::vector<std::string>& users) {
    if (users.empty())
        return {};
    Array ids;
    for (const auto& user : users)
        ids.add(std::string_view(user));
    return Statement("DELETE FROM user_numbers WHERE user_id = ANY($1::text[])").with(ids);
}

std::optional<Statement> keep_numbers(const std::vector<const RowWrite*>& users) {
    Array numbers, ids, moments;
    bool any = false;
    for (const auto* user : users)
        for (const auto& number : user->user_numbers) {
            any = true;
            numbers.add(std::string_view(number.e164()));
            ids.add(std::string_view(user->id));
            moments.add(to_integer(user->changed_at));
        }
    if (!any)
        return {};
    return Statement("INSERT INTO user_numbers (number, user_id, changed_at) "
                     "SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT DO NOTHING")
        .with(numbers)
        .with(ids)
        .with(moments);
}

} // namespace dialproof::stores::postgres
