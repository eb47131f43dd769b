#include "stores/sqlite/connection.h"

#include <sqlite3.h>

namespace dialproof::stores::sqlite {

namespace {

// Far above any row of ours; a statement or value beyond it is a mistake.
constexpr int value_bytes_max = 16 * 1024 * 1024;

[[noreturn]] void raise(sqlite3* database, int result) {
    if (database == nullptr)
        throw SqlError(result, sqlite3_errstr(result));
    throw SqlError(sqlite3_extended_errcode(database), sqlite3_errmsg(database));
}

void check(sqlite3* database, int result) {
    if (result != SQLITE_OK)
        raise(database, result);
}

} // namespace

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(int parameter, std::string_view text) {
    // A null pointer would be bound as NULL, and an empty view may hold one.
    const char* const bytes = text.empty() ? "" : text.data();
    check(sqlite3_db_handle(statement_),
          sqlite3_bind_text64(statement_, parameter, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
    check(sqlite3_db_handle(statement_), sqlite3_bind_int64(statement_, parameter, number));
    return *this;
}

Statement& Statement::bind_null(int parameter) {
    check(sqlite3_db_handle(statement_), sqlite3_bind_null(statement_, parameter));
    return *this;
}

bool Statement::step() {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        raise(sqlite3_db_handle(statement_), result);
    return false;
}

void Statement::run() {
    while (step()) {
    }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Statement::text(int column) const {
    const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr)
        return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Connection::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Connection::Connection(const std::string& path, Access access, Milliseconds busy_timeout,
                       const std::string& vfs) {
    // Counting memory costs SQLite a lock that all its threads share, for each allocation. Where the library
    // is in use already this changes nothing.
    static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(uncounted);
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    const int opened = sqlite3_open_v2(path.c_str(), &database_, flags, vfs.empty() ? nullptr : vfs.c_str());
    if (opened != SQLITE_OK) {
        // The destructor of an object that never was does not run.
        const SqlError error(opened, database_ ? sqlite3_errmsg(database_) : sqlite3_errstr(opened));
        sqlite3_close(database_);
        throw error;
    }
    set_busy_timeout(busy_timeout);
    sqlite3_limit(database_, SQLITE_LIMIT_LENGTH, value_bytes_max);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

Connection::~Connection() {
    statements_.clear();
    sqlite3_close(database_);
}

std::unique_ptr<sqlite3_stmt, Connection::Finalizer> Connection::prepare(std::string_view sql,
                                                                         bool keep) const {
    sqlite3_stmt* statement = nullptr;
    const unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;
    check(database_, sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), flags,
                                        &statement, nullptr));
    return std::unique_ptr<sqlite3_stmt, Finalizer>(statement);
}

Statement Connection::prepared(const char* sql) {
    auto& statement = statements_[sql];
    if (!statement)
        statement = prepare(sql, true);
    return Statement(statement.get());
}

void Connection::execute(const std::string& sql) {
    check(database_, sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr));
}

std::int64_t Connection::integer(const std::string& sql) {
    const auto owner = prepare(sql, false);
    Statement statement(owner.get());
    return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(const std::string& sql) {
    const auto owner = prepare(sql, false);
    Statement statement(owner.get());
    return statement.step() ? std::string(statement.text(0)) : std::string();
}

std::int64_t Connection::changes() const { return sqlite3_changes64(database_); }

std::int64_t Connection::total_changes() const { return sqlite3_total_changes64(database_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

void Connection::set_busy_timeout(Milliseconds timeout) {
    sqlite3_busy_timeout(database_, static_cast<int>(timeout.count()));
}

} // namespace dialproof::stores::sqlite
