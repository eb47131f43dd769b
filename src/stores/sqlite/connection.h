// One connection to a SQLite file, for one thread at a time, with its statements prepared once. What goes
// wrong is thrown as SqlError, which never leaves this folder.
#pragma once

#include "base/instant.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace dialproof::stores::sqlite {

class SqlError final : public std::exception {
public:
    SqlError(int extended_code, std::string message) :
        extended_code_(extended_code), message_(std::move(message)) {}

    // SQLITE_BUSY, SQLITE_FULL, ... (sqlite.org/rescode.html)
    [[nodiscard]] int code() const { return extended_code_ & 0xFF; }
    [[nodiscard]] int extended_code() const { return extended_code_; }
    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

private:
    int extended_code_;
    std::string message_;
};

// A prepared statement in use; ready for the next use when this ends. Text that is bound must outlive it.
class Statement {
public:
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    // Parameters count from 1, columns from 0.
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, std::int64_t number);
    Statement& bind_null(int parameter);

    // True: there is a row to look at.
    bool step();
    // For statements that give no rows.
    void run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const; // valid until the next step
    [[nodiscard]] bool is_null(int column) const;

private:
    sqlite3_stmt* statement_;
};

enum class Access { read, read_write };

class Connection {
public:
    // `vfs` names a SQLite file layer; empty: the system's own. The file must exist.
    Connection(const std::string& path, Access access, Milliseconds busy_timeout,
               const std::string& vfs = "");
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // `sql` is a string literal: its address finds the statement again.
    [[nodiscard]] Statement prepared(const char* sql);
    // Several statements, run once.
    void execute(const std::string& sql);
    // The first column of the first row.
    [[nodiscard]] std::int64_t integer(const std::string& sql);
    [[nodiscard]] std::string text(const std::string& sql);

    // Rows that the last INSERT, UPDATE or DELETE changed.
    [[nodiscard]] std::int64_t changes() const;
    // Of all statements so far.
    [[nodiscard]] std::int64_t total_changes() const;
    [[nodiscard]] bool in_transaction() const;
    void set_busy_timeout(Milliseconds timeout);
    [[nodiscard]] sqlite3* handle() const { return database_; }

private:
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    [[nodiscard]] std::unique_ptr<sqlite3_stmt, Finalizer> prepare(std::string_view sql, bool keep) const;

    sqlite3* database_ = nullptr;
    std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalizer>> statements_;
};

} // namespace dialproof::stores::sqlite
