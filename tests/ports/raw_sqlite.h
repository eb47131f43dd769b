// SQLite without the store: what another process, or a clumsy hand, does to its file.
#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>

namespace dialproof::test {

class RawSqlite {
public:
    explicit RawSqlite(const std::string& path) {
        if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(database_));
    }
    RawSqlite(const RawSqlite&) = delete;
    RawSqlite& operator=(const RawSqlite&) = delete;
    ~RawSqlite() { sqlite3_close(database_); }

    void run(const std::string& sql) {
        if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(database_));
    }

private:
    sqlite3* database_ = nullptr;
};

} // namespace dialproof::test
