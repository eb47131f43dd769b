// Grouped reads: all loads that wait are served by one statement, and so by one snapshot. Where the server
// does not take it, halves of the group are tried, and so on as long as there is time.
#pragma once

#include "ports/store.h"
#include "stores/postgres/backlog.h"
#include "stores/postgres/pool.h"
#include "stores/postgres/postgres_config.h"
#include "stores/record/rows.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace dialproof::stores::postgres {

// Rows as they were read; who waits for them reads their bodies.
struct RawRow {
    std::uint64_t version = 0;
    std::string body{};
};
using RawRows = std::vector<RawRow>; // in the order of the keys; version 0 where there is none
using LoadAnswer = Result<RawRows, ports::Fault>;

class Loads {
public:
    Loads(Loop& loop, const PostgresConfig& config, Pool& pool, Health& health, Backlog& backlog);

    // Any thread. False where too many wait: then it was not taken, and `done` is not called.
    bool submit(std::vector<ports::Key> keys, Completer<LoadAnswer> done);

private:
    struct Job {
        std::vector<ports::Key> keys;
        Completer<LoadAnswer> done;
        Pool::TimePoint give_up_at;
    };
    using Jobs = std::vector<std::unique_ptr<Job>>;
    using Some = std::vector<const Job*>;

    Task<void> begin_groups();
    Jobs next_group();
    Task<void> serve(Jobs group);
    Task<bool> read(Some& jobs);
    void answer(const Job& job, LoadAnswer answer);

    Loop& loop_;
    Pool& pool_;
    Health& health_;
    Backlog& backlog_;
    const std::size_t group_max_;
    const unsigned groups_max_;
    const Milliseconds give_up_after_;

    std::mutex mutex_;
    Jobs waiting_;
    bool told_ = false;

    unsigned groups_ = 0; // of the loop's thread
};

} // namespace dialproof::stores::postgres
