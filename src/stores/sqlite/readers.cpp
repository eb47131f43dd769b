#include "stores/sqlite/readers.h"

#include <utility>

namespace dialproof::stores::sqlite {

Readers::Readers(std::vector<std::unique_ptr<Connection>> connections, const SqliteConfig& config,
                 ports::Log& log) :
    queued_max_(config.reads_queued_max),
    log_(log) {
    for (auto& connection : connections)
        threads_.emplace_back([this, own = std::move(connection)]() mutable { run(std::move(own)); });
}

Readers::~Readers() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        work_arrived_.notify_all();
    }
    for (auto& thread : threads_)
        thread.join();
}

bool Readers::submit(std::unique_ptr<Job>& job) {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= queued_max_)
        return false;
    queue_.push_back(std::move(job));
    work_arrived_.notify_one();
    return true;
}

std::size_t Readers::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void Readers::run(std::unique_ptr<Connection> connection) {
    Session session{std::move(connection), RowReader()};
    for (;;) {
        std::unique_lock lock(mutex_);
        work_arrived_.wait(lock, [this] { return !queue_.empty() || stopping_; });
        if (queue_.empty())
            return;
        const auto job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        serve(session, *job);
    }
}

void Readers::serve(Session& session, Job& job) {
    Connection& connection = *session.connection;
    try {
        connection.prepared("BEGIN").run();
        job.run(session);
        connection.prepared("COMMIT").run();
    } catch (const SqlError& error) {
        log_.error("store_read_failed", {{"error", error.what()}, {"code", error.extended_code()}});
        job.fail(ports::Fault::unavailable);
        try {
            if (connection.in_transaction())
                connection.prepared("ROLLBACK").run();
        } catch (const SqlError&) {
            // A read transaction has nothing to undo; the next BEGIN tells if it is still there.
        }
    }
    job.complete();
}

} // namespace dialproof::stores::sqlite
