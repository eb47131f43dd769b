// A few connections that are kept open, and lent to one task at a time. One that is lost is opened again,
// after a while that grows and is never the same for two nodes. All calls on the loop's thread.
#pragma once

#include "ports/log.h"
#include "stores/postgres/connection.h"

#include <chrono>
#include <deque>
#include <memory>
#include <random>
#include <vector>

namespace dialproof::stores::postgres {

// Tells the log when the database cannot be used and when it can again, not each time.
class Health {
public:
    explicit Health(ports::Log& log) : log_(log) {}
    void note_trouble(const SqlError& error);
    void note_success();

private:
    ports::Log& log_;
    bool in_trouble_ = false;
};

class Pool {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Pool(Loop& loop, const PostgresConfig& config, Health& health, unsigned size);

    // An open connection, or null where there was none until then, or the pool is closed. Give it back.
    Task<Connection*> take(TimePoint until);
    void give_back(Connection* connection);
    // Lends nothing any more: who waits gets null.
    void close();

private:
    Task<void> open(Connection* connection);
    void offer(Connection* connection);

    struct Waiting {
        Completer<Connection*> done;
        std::uint64_t number;
    };

    Loop& loop_;
    Health& health_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<Connection*> idle_;
    std::deque<Waiting> waiting_;
    std::uint64_t waited_ = 0;
    bool closed_ = false;
    std::minstd_rand random_{std::random_device()()};
};

} // namespace dialproof::stores::postgres
