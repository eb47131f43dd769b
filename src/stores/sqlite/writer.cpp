#include "stores/sqlite/writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>

namespace dialproof::stores::sqlite {

namespace {

constexpr std::int64_t wal_frame_bytes = 4096 + 24; // a page and its header (sqlite.org/fileformat2.html)
constexpr Milliseconds restart_wait{100};
constexpr unsigned groups_apart_after_undoing = 16;

int count_frames(void* counter, sqlite3*, const char*, int frames) {
    *static_cast<int*>(counter) = frames;
    return SQLITE_OK;
}

} // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const SqliteConfig& config, ports::Meter& meter,
               ports::Log& log) :
    queued_max_(config.writes_queued_max),
    group_max_(std::max<std::size_t>(config.group_max, 1)), busy_timeout_(config.busy_timeout), meter_(meter),
    log_(log), session_{std::move(connection)},
    wal_frames_max_(
        std::max<std::int64_t>(static_cast<std::int64_t>(config.wal_bytes) / wal_frame_bytes, 64)) {
    sqlite3_wal_hook(session_.connection->handle(), count_frames, &wal_frames_);
    thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        work_arrived_.notify_one();
    }
    thread_.join();
}

bool Writer::submit(std::unique_ptr<Job>& job) {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= queued_max_)
        return false;
    queue_.push_back(std::move(job));
    if (waiting_)
        work_arrived_.notify_one();
    return true;
}

std::size_t Writer::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void Writer::run() {
    for (Group group = next_group(); !group.empty(); group = next_group())
        serve(group);
}

Writer::Group Writer::next_group() {
    std::unique_lock lock(mutex_);
    if (queue_.empty() && !stopping_) {
        lock.unlock();
        checkpoint_if_due(true);
        lock.lock();
    }
    waiting_ = true;
    work_arrived_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    waiting_ = false;
    Group group;
    const std::size_t size = std::min(queue_.size(), group_max_);
    group.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

void Writer::serve(Group& group) {
    const auto start = std::chrono::steady_clock::now();
    run_in_transaction(group);
    const auto took = std::chrono::steady_clock::now() - start;
    for (const auto& job : group)
        job->complete();

    meter_.commit_batch(group.size(), std::chrono::duration_cast<std::chrono::microseconds>(took), queued());
    checkpoint_if_due(false);
}

void Writer::run_in_transaction(Group& group) {
    if (!begin(group))
        return;
    if (groups_apart_ > 0) {
        --groups_apart_;
        return run_apart(group);
    }
    if (run_together(group))
        return commit(group, true);
    // Most likely not the last: whoever goes over a limit comes again.
    groups_apart_ = groups_apart_after_undoing;
    roll_back();
    if (begin(group))
        run_apart(group);
}

bool Writer::begin(Group& group) {
    session_.first_version.reset();
    try {
        session_.connection->prepared("BEGIN IMMEDIATE").run();
        return true;
    } catch (const SqlError& error) {
        note_trouble(error);
        fail_all(group, ports::Fault::unavailable);
        return false;
    }
}

// Without savepoints, for which SQLite copies each page that a job changes. False: a job is to be undone,
// which undoes the others too.
bool Writer::run_together(Group& group) {
    const Connection& connection = *session_.connection;
    try {
        for (const auto& job : group) {
            const std::int64_t changes_before = connection.total_changes();
            if (!job->run(session_) && connection.total_changes() != changes_before)
                return false;
        }
        return true;
    } catch (const SqlError&) {
        return false; // it comes again, from the job that it belongs to
    }
}

void Writer::run_apart(Group& group) {
    bool clean = true;
    for (const auto& job : group) {
        const JobEnd end = run_in_savepoint(*job);
        clean = clean && end == JobEnd::done;
        if (end == JobEnd::all_undone) {
            roll_back();
            return fail_all(group, ports::Fault::unavailable);
        }
    }
    commit(group, clean);
}

void Writer::commit(Group& group, bool clean) {
    try {
        session_.connection->prepared("COMMIT").run();
        if (clean)
            note_success();
    } catch (const SqlError& error) {
        note_trouble(error);
        roll_back();
        // An I/O error may come from the sync, after all that makes the commit valid was written: until
        // the next commit overwrites it, a restart could find it. Any other error comes before that.
        const bool maybe_stored = error.code() == SQLITE_IOERR;
        fail_all(group, maybe_stored ? ports::Fault::unknown_outcome : ports::Fault::unavailable);
    }
}

Writer::JobEnd Writer::run_in_savepoint(Job& job) {
    Connection& connection = *session_.connection;
    try {
        connection.prepared("SAVEPOINT job").run();
        if (!job.run(session_))
            connection.prepared("ROLLBACK TO job").run();
        connection.prepared("RELEASE job").run();
        return JobEnd::done;
    } catch (const SqlError& error) {
        note_trouble(error);
        job.fail(ports::Fault::unavailable);
    }
    try {
        // Some errors undo the whole transaction on their own (sqlite.org/lang_transaction.html).
        if (!connection.in_transaction())
            return JobEnd::all_undone;
        connection.prepared("ROLLBACK TO job").run();
        connection.prepared("RELEASE job").run();
        return JobEnd::failed;
    } catch (const SqlError&) {
        return JobEnd::all_undone;
    }
}

void Writer::fail_all(Group& group, ports::Fault fault) {
    for (const auto& job : group)
        job->fail(fault);
}

void Writer::roll_back() {
    if (!session_.connection->in_transaction())
        return;
    try {
        session_.connection->prepared("ROLLBACK").run();
    } catch (const SqlError& error) {
        note_trouble(error);
    }
}

// Told when it begins and when it ends: under load every group would tell the same.
void Writer::note_trouble(const SqlError& error) {
    if (!in_trouble_)
        log_.error("store_write_failed", {{"error", error.what()}, {"code", error.extended_code()}});
    in_trouble_ = true;
}

void Writer::note_success() {
    if (in_trouble_)
        log_.info("store_write_recovered");
    in_trouble_ = false;
}

// The log is written back to the database by this thread between two groups, when no writer adds to it:
// only so is it ever written back whole, and can start again from its front. Where a reader's snapshot
// prevents that, the log grows; once it has grown far, readers are waited for.
void Writer::checkpoint_if_due(bool idle) {
    if (wal_frames_ < checkpointed_frames_)
        checkpointed_frames_ = 0;
    // The other half is for the group that comes next, which may be large.
    const std::int64_t first = wal_frames_max_ / (idle ? 4 : 2);
    if (wal_frames_ < std::max(first, checkpointed_frames_ + wal_frames_max_ / 4))
        return;
    Connection& connection = *session_.connection;
    if (wal_frames_ > 2 * wal_frames_max_) {
        connection.set_busy_timeout(restart_wait);
        note_checkpoint(sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_RESTART,
                                                  nullptr, nullptr));
        connection.set_busy_timeout(busy_timeout_);
    } else {
        note_checkpoint(sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                                  nullptr, nullptr));
    }
    // What it could not write back now is tried again after the next quarter.
    checkpointed_frames_ = wal_frames_;
}

// Told when it begins and when it ends. Commits go on meanwhile, but the log grows until the disk is full.
// That readers are in the way is no failure.
void Writer::note_checkpoint(int result) {
    const int kind = result & 0xFF;
    if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
        return;
    const bool fails = kind != SQLITE_OK;
    if (fails && !checkpoint_fails_)
        log_.error("store_checkpoint_failed", {{"error", sqlite3_errstr(result)}, {"code", result}});
    if (!fails && checkpoint_fails_)
        log_.info("store_checkpoint_recovered");
    checkpoint_fails_ = fails;
}

} // namespace dialproof::stores::sqlite
