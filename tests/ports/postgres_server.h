// A PostgreSQL server of the test program's own: made in a temporary folder, on a Unix socket there, and gone
// with the program. initdb refuses root, so that under root it runs as the user `postgres` of Debian's
// package.
#pragma once

#include "store_under_test.h"
#include "stores/postgres/postgres_config.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

struct pg_conn;

namespace dialproof::test {

class PostgresServer {
public:
    PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    ~PostgresServer();

    // One for the whole program.
    static PostgresServer& shared();

    // Of a store with tables of its own.
    stores::PostgresConfig fresh_config();
    [[nodiscard]] std::string url() const;

    void start();
    void stop(); // at once: connections are cut, what was acknowledged stays

private:
    [[nodiscard]] std::string data() const { return folder_.file("data"); }
    pid_t run(const std::vector<std::string>& command) const;

    TempFolder folder_;
    pid_t server_ = 0;
    unsigned schemas_ = 0;
};

// PostgreSQL without the store: what an operator, or a clumsy hand, does to it.
class RawPostgres {
public:
    explicit RawPostgres(const std::string& url);
    RawPostgres(const RawPostgres&) = delete;
    RawPostgres& operator=(const RawPostgres&) = delete;
    ~RawPostgres();

    // The first column of the first row, or nothing.
    std::string run(const std::string& sql);

private:
    pg_conn* connection_;
};

} // namespace dialproof::test
