// Threads that read, each with its own connection. A job sees one snapshot of the whole database, no
// older than the last commit that was answered before the job came.
#pragma once

#include "ports/log.h"
#include "stores/sqlite/session.h"
#include "stores/sqlite/sqlite_config.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace dialproof::stores::sqlite {

class Readers {
public:
    // One thread for each connection.
    Readers(std::vector<std::unique_ptr<Connection>> connections, const SqliteConfig& config,
            ports::Log& log);
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;
    // Finishes what waits.
    ~Readers();

    // False where the queue is full: then the job was not taken. Safe from any thread.
    bool submit(std::unique_ptr<Job>& job);
    // Jobs that wait. Any thread.
    [[nodiscard]] std::size_t queued() const;

private:
    using Group = std::vector<std::unique_ptr<Job>>;

    void run(std::unique_ptr<Connection> connection);
    Group::iterator serve(Session& session, Group::iterator next, Group::iterator end);

    const std::size_t queued_max_;
    ports::Log& log_;
    mutable std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::deque<std::unique_ptr<Job>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace dialproof::stores::sqlite
