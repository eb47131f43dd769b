// One connection: the only wrapper of libpq. It waits for its socket on the loop and blocks nowhere, but
// where libpq looks up the name of a host. All calls on the loop's thread; one at a time.
#pragma once

#include "base/result.h"
#include "stores/postgres/loop.h"
#include "stores/postgres/postgres_config.h"
#include "stores/postgres/sql_error.h"
#include "stores/postgres/statement.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

struct pg_conn;
struct pg_result;

namespace dialproof::stores::postgres {

// The rows that a statement gave.
class Rows {
public:
    explicit Rows(pg_result* result);

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool is_null(std::size_t row, int column) const;
    [[nodiscard]] std::string_view text(std::size_t row, int column) const;
    [[nodiscard]] std::int64_t integer(std::size_t row, int column) const;
    // As the server names what it did: "COMMIT", "DELETE 3".
    [[nodiscard]] std::string_view what_was_done() const;
    [[nodiscard]] std::uint64_t changed() const;

private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

// In the order of the statements.
using Results = std::vector<Rows>;

// Why what the operator gave is not to be used, if so. Shows no secret.
Result<void, StoreError> check_url(const PostgresConfig& config);

class Connection {
public:
    Connection(Loop& loop, const PostgresConfig& config);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    Task<Result<void, SqlError>> connect();
    void close();
    [[nodiscard]] bool is_open() const { return connection_ != nullptr; }

    // All statements in one round trip: what follows one that fails is not done. Outside of a transaction
    // they are one. After an error in a transaction, `roll_back`.
    Task<Result<Results, SqlError>> run(std::vector<Statement> statements);
    // One statement outside of a transaction, under the time-outs.
    Task<Result<Results, SqlError>> query(Statement statement);
    // BEGIN and the statements.
    Task<Result<Results, SqlError>> begin(std::vector<Statement> statements);
    // The statements and COMMIT. `maybe_done` where no answer came.
    Task<Result<Results, SqlError>> commit(std::vector<Statement> statements);
    // Ends the transaction that is open, if any.
    Task<Result<void, SqlError>> roll_back();

private:
    struct Socket;
    enum class Wake { ready, timed_out };
    enum class Want { read, write, both };
    using TimePoint = std::chrono::steady_clock::time_point;

    void start_connecting();
    void watch_socket();
    Task<Wake> wait(Want want, TimePoint until);
    bool send(const std::vector<Statement>& statements);
    Task<Result<Results, SqlError>> receive(TimePoint until);
    Task<Result<void, SqlError>> arrived(TimePoint until);
    Task<Result<Results, SqlError>> talk(std::vector<Statement> statements, Milliseconds time_max);
    [[nodiscard]] Statement time_outs() const;
    SqlError lose(std::string message, std::string state = "");

    Loop& loop_;
    const PostgresConfig& config_;
    pg_conn* connection_ = nullptr;
    std::shared_ptr<Socket> socket_;
    std::unordered_set<const char*> prepared_;
    std::vector<const char*> sent_; // for each answer to come: what it prepares, or null
    bool in_transaction_ = false;
};

} // namespace dialproof::stores::postgres
