// Group commit: the commits that wait become one transaction on one of the writing connections, in two round
// trips. One that conflicts or goes over a limit is taken out and answered, and the others go on at once. Two
// commits that write the same row are never under way together: the second waits for the first. Where one
// spoils the transaction of all, halves of the group are tried, and so on as long as there is time: all in
// turn, so that those with nothing wrong in them are done soon.
#pragma once

#include "ports/meter.h"
#include "stores/postgres/backlog.h"
#include "stores/postgres/group.h"
#include "stores/postgres/pool.h"
#include "stores/postgres/postgres_config.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace dialproof::stores::postgres {

class Commits {
public:
    Commits(Loop& loop, const PostgresConfig& config, Pool& pool, Health& health, Backlog& backlog,
            ports::Meter& meter);

    // Any thread. False where too many wait: then it was not taken, and `done` is not called.
    bool submit(Writes writes, Completer<CommitAnswer> done);

private:
    struct Job {
        Writes writes;
        Completer<CommitAnswer> done;
        std::vector<std::string> locks;
        Pool::TimePoint give_up_at;
    };
    using Jobs = std::vector<std::unique_ptr<Job>>;
    using Some = std::vector<Job*>;

    Task<void> begin_groups();
    Jobs next_group();
    Task<void> serve(Jobs group);
    Task<bool> write(Some& jobs);
    Task<Result<void, SqlError>> try_once(Connection& connection, Some& jobs);
    void answer(const Job& job, CommitAnswer answer); // of one that has its locks
    void tell(const Job& job, CommitAnswer answer);
    void answer_all(const Some& jobs, ports::Fault fault);
    void answer_late(Some& jobs);

    Loop& loop_;
    Pool& pool_;
    Health& health_;
    ports::Meter& meter_;
    Backlog& backlog_;
    const std::size_t group_max_;
    const unsigned groups_max_;
    const Milliseconds give_up_after_;

    std::mutex mutex_;
    Jobs arrived_;
    bool told_ = false; // that some have arrived

    // Of the loop's thread.
    std::deque<std::unique_ptr<Job>> waiting_;
    std::unordered_set<std::string> locked_;
    unsigned groups_ = 0;
};

} // namespace dialproof::stores::postgres
