#include "stores/sqlite/row_table.h"

#include "stores/record/lifetimes.h"
#include "stores/record/numbers.h"

#include <sqlite3.h>

#include <array>

namespace dialproof::stores::sqlite {

namespace {

// Parameters: 1 id, 2 version: the expected one, or that of a new row, 3 ended_at, 4 body, from 5 on the
// columns of the kind.
struct RowTable {
    const char *select, *insert, *update, *erase;
};

constexpr std::array<RowTable, row_kinds> tables{{
    {"SELECT version, body FROM verifications WHERE id = ?1",
     "INSERT INTO verifications (id, version, ended_at, body, created_at, number, status) "
     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING",
     "UPDATE verifications SET version = version + 1, ended_at = ?3, body = ?4, created_at = ?5, number = "
     "?6, "
     "status = ?7 WHERE id = ?1 AND version = ?2",
     "DELETE FROM verifications WHERE id = ?1 AND version = ?2"},
    {"SELECT version, body FROM users WHERE id = ?1",
     "INSERT INTO users (id, version, ended_at, body, created_at, service) "
     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING",
     "UPDATE users SET version = version + 1, ended_at = ?3, body = ?4, created_at = ?5, service = ?6 "
     "WHERE id = ?1 AND version = ?2",
     "DELETE FROM users WHERE id = ?1 AND version = ?2"},
    {"SELECT version, body FROM lines WHERE id = ?1",
     "INSERT INTO lines (id, version, ended_at, body) "
     "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
     "UPDATE lines SET version = version + 1, ended_at = ?3, body = ?4 WHERE id = ?1 AND version = ?2",
     "DELETE FROM lines WHERE id = ?1 AND version = ?2"},
    {"SELECT version, body FROM bindings WHERE id = ?1",
     "INSERT INTO bindings (id, version, ended_at, body, target) "
     "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING",
     "UPDATE bindings SET version = version + 1, ended_at = ?3, body = ?4, target = ?5 "
     "WHERE id = ?1 AND version = ?2",
     "DELETE FROM bindings WHERE id = ?1 AND version = ?2"},
    {"SELECT version, body FROM credentials WHERE id = ?1",
     "INSERT INTO credentials (id, version, ended_at, body, created_at, kind) "
     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING",
     "UPDATE credentials SET version = version + 1, ended_at = ?3, body = ?4, created_at = ?5, kind = ?6 "
     "WHERE id = ?1 AND version = ?2",
     "DELETE FROM credentials WHERE id = ?1 AND version = ?2"},
}};

constexpr int first_own_column = 5;

const RowTable& table_of(RowKind kind) { return tables[static_cast<std::size_t>(kind)]; }

using Columns = decltype(RowWrite::columns);

struct OwnColumns {
    Columns operator()(const core::Verification& v) const {
        Columns columns{to_integer(v.created_at), std::monostate(), std::string(core::to_text(v.status))};
        if (v.number)
            columns[1] = v.number->e164();
        return columns;
    }
    Columns operator()(const core::User& user) const {
        return {to_integer(user.created_at), user.service.text};
    }
    Columns operator()(const core::Line&) const { return {}; }
    Columns operator()(const ports::Binding& binding) const { return {binding.target}; }
    Columns operator()(const ports::Credential& credential) const {
        return {to_integer(credential.created_at), std::string(to_text(credential.kind))};
    }
};

struct Binder {
    Statement& statement;
    int parameter;

    void operator()(std::monostate) const { statement.bind_null(parameter); }
    void operator()(std::int64_t number) const { statement.bind(parameter, number); }
    void operator()(const std::string& text) const { statement.bind(parameter, text); }
};

void forget_numbers(Connection& connection, const std::string& user) {
    connection.prepared("DELETE FROM user_numbers WHERE user = ?1").bind(1, user).run();
}

void index_user(Connection& connection, const RowWrite& user) {
    if (user.expected != 0)
        forget_numbers(connection, user.id);
    for (const auto& number : user.numbers)
        connection.prepared("INSERT INTO user_numbers (number, user, changed_at) VALUES (?1, ?2, ?3)")
            .bind(1, number.e164())
            .bind(2, user.id)
            .bind(3, to_integer(user.changed_at))
            .run();
}

bool exists(Connection& connection, const ports::Key& key) {
    return connection.prepared(table_of(kind_of(key)).select).bind(1, ports::text_of(key)).step();
}

} // namespace

std::int64_t to_integer(Instant instant) { return instant.time_since_epoch().count(); }

Instant to_instant(std::int64_t milliseconds) { return Instant(Milliseconds(milliseconds)); }

RowWrite encode_put(const ports::Put& put) {
    const ports::Row& row = *put.row;
    RowWrite write{kind_of(row), ports::key_text(row), put.expected,
                   encode(row),  ended_at(row),        std::visit(OwnColumns{}, row)};
    if (const auto* user = put.row.as<core::User>()) {
        write.numbers = numbers_of(*user);
        write.changed_at = user->changed_at;
    }
    return write;
}

bool put(Connection& connection, const RowWrite& write, std::uint64_t first_version) {
    const RowTable& table = table_of(write.kind);
    const bool is_new = write.expected == 0;
    Statement statement = connection.prepared(is_new ? table.insert : table.update);
    statement.bind(1, write.id).bind(4, write.body);
    statement.bind(2, static_cast<std::int64_t>(is_new ? first_version : write.expected));
    if (write.ended_at)
        statement.bind(3, to_integer(*write.ended_at));
    int parameter = first_own_column;
    for (const auto& column : write.columns)
        std::visit(Binder{statement, parameter++}, column);
    statement.run();
    const bool stored = connection.changes() == 1;
    if (stored && write.kind == RowKind::user)
        index_user(connection, write);
    return stored;
}

std::uint64_t first_version(Session& session) {
    if (!session.first_version) {
        Statement statement =
            session.connection->prepared("SELECT value FROM counters WHERE name = 'version_floor'");
        session.first_version = statement.step() ? static_cast<std::uint64_t>(statement.integer(0)) + 1 : 1;
    }
    return *session.first_version;
}

bool erase(Session& session, const ports::Erase& erase) {
    Connection& connection = *session.connection;
    if (erase.expected == 0)
        return !exists(connection, erase.key);
    connection.prepared(table_of(kind_of(erase.key)).erase)
        .bind(1, ports::text_of(erase.key))
        .bind(2, static_cast<std::int64_t>(erase.expected))
        .run();
    if (connection.changes() != 1)
        return false;
    if (kind_of(erase.key) == RowKind::user)
        forget_numbers(connection, ports::text_of(erase.key));
    raise_version_floor(session, static_cast<std::int64_t>(erase.expected));
    return true;
}

Result<ports::Stored, RowError> load(Connection& connection, RowReader& reader, const ports::Key& key) {
    const RowKind kind = kind_of(key);
    Statement statement = connection.prepared(table_of(kind).select);
    statement.bind(1, ports::text_of(key));
    if (!statement.step())
        return ports::Stored{};
    auto row = reader.read(kind, statement.text(1));
    if (!row)
        return dialproof::fail(row.error());
    return ports::Stored{*std::move(row), static_cast<std::uint64_t>(statement.integer(0))};
}

Result<ports::Loaded, RowError> users_of(Connection& connection, RowReader& reader,
                                         const core::PhoneNumber& number, unsigned limit) {
    Statement statement = connection.prepared(
        "SELECT users.id, users.version, users.body FROM user_numbers JOIN users ON users.id = "
        "user_numbers.user "
        "WHERE user_numbers.number = ?1 ORDER BY user_numbers.changed_at DESC, users.id LIMIT ?2");
    statement.bind(1, number.e164()).bind(2, std::int64_t{limit});
    std::vector<std::pair<ports::Key, ports::Stored>> users;
    while (statement.step()) {
        auto row = reader.read(RowKind::user, statement.text(2));
        if (!row)
            return dialproof::fail(row.error());
        users.emplace_back(core::UserId(std::string(statement.text(0))),
                           ports::Stored{*std::move(row), static_cast<std::uint64_t>(statement.integer(1))});
    }
    return ports::Loaded(std::move(users));
}

std::vector<core::PhoneNumber> line_numbers(Connection& connection, const std::string& after,
                                            unsigned limit) {
    Statement statement = connection.prepared("SELECT id FROM lines WHERE id > ?1 ORDER BY id LIMIT ?2");
    statement.bind(1, after).bind(2, std::int64_t{limit});
    std::vector<core::PhoneNumber> numbers;
    while (statement.step()) {
        auto number = core::PhoneNumber::parse(statement.text(0));
        if (!number)
            throw SqlError(SQLITE_CORRUPT, "a line has an unknown number");
        numbers.push_back(*std::move(number));
    }
    return numbers;
}

void raise_version_floor(Session& session, std::int64_t version) {
    session.first_version.reset();
    session.connection->prepared("UPDATE counters SET value = ?1 WHERE name = 'version_floor' AND value < ?1")
        .bind(1, version)
        .run();
}

} // namespace dialproof::stores::sqlite
