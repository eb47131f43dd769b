// Group commit: one thread takes all jobs that wait, runs them in one transaction, and commits once. Where
// one of them is to be undone, all are, and run again with a savepoint each. Answers leave when the commit is
// on disk, so one sync of the disk serves many.
#pragma once

#include "ports/log.h"
#include "ports/meter.h"
#include "stores/sqlite/session.h"
#include "stores/sqlite/sqlite_config.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace dialproof::stores::sqlite {

class Writer {
public:
    Writer(std::unique_ptr<Connection> connection, const SqliteConfig& config, ports::Meter& meter,
           ports::Log& log);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    // Finishes what waits.
    ~Writer();

    // False where the queue is full: then the job was not taken. Safe from any thread.
    bool submit(std::unique_ptr<Job>& job);
    // Jobs that wait. Any thread.
    [[nodiscard]] std::size_t queued() const;

private:
    using Group = std::vector<std::unique_ptr<Job>>;

    void run();
    Group next_group();
    void serve(Group& group);
    void run_in_transaction(Group& group);
    bool begin(Group& group);
    bool run_together(Group& group);
    void run_apart(Group& group);
    void commit(Group& group, bool clean);
    enum class JobEnd {
        done,   // its changes are kept, or undone where it refused
        failed, // undone; the others may go on
        all_undone,
    };
    JobEnd run_in_savepoint(Job& job);
    void fail_all(Group& group, ports::Fault fault);
    void roll_back();
    void note_trouble(const SqlError& error);
    void note_success();
    void checkpoint_if_due(bool idle);
    void note_checkpoint(int result);

    const std::size_t queued_max_, group_max_;
    const Milliseconds busy_timeout_;
    ports::Meter& meter_;
    ports::Log& log_;
    Session session_;

    // Of the write-ahead log, in frames: what it may hold before it grows, what it holds, and what it
    // held when it was last written back, 0 once it started again from its front.
    const std::int64_t wal_frames_max_;
    int wal_frames_ = 0;
    int checkpointed_frames_ = 0;
    unsigned groups_apart_ = 0; // that are still to be run with savepoints
    bool in_trouble_ = false, checkpoint_fails_ = false;

    mutable std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::deque<std::unique_ptr<Job>> queue_;
    bool waiting_ = false, stopping_ = false;
    std::thread thread_;
};

} // namespace dialproof::stores::sqlite
