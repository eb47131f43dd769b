#include "stores/sqlite/readers.h"

#include <utility>

namespace dialproof::stores::sqlite {

namespace {
constexpr std::size_t group_max = 32; // so that another thread finds some too, and snapshots are short
}

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
    Session session{std::move(connection)};
    for (;;) {
        std::unique_lock lock(mutex_);
        work_arrived_.wait(lock, [this] { return !queue_.empty() || stopping_; });
        if (queue_.empty())
            return;
        Group group;
        while (!queue_.empty() && group.size() < group_max) {
            group.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
        lock.unlock();
        for (auto next = group.begin(); next != group.end();)
            next = serve(session, next, group.end());
        for (const auto& job : group)
            job->complete();
    }
}

// One snapshot for all, or for those up to one that fails; returns what comes after it.
Readers::Group::iterator Readers::serve(Session& session, Group::iterator next, Group::iterator end) {
    Connection& connection = *session.connection;
    const auto first = next;
    try {
        connection.prepared("BEGIN").run();
        for (; next != end; ++next)
            (*next)->run(session);
        connection.prepared("COMMIT").run();
        return end;
    } catch (const SqlError& error) {
        log_.error("store_read_failed", {{"error", error.what()}, {"code", error.extended_code()}});
        // The snapshot of the earlier ones was good; only where its end fails, nobody knows of which.
        if (next == end)
            for (auto job = first; job != end; ++job)
                (*job)->fail(ports::Fault::unavailable);
        else
            (*next++)->fail(ports::Fault::unavailable);
        try {
            if (connection.in_transaction())
                connection.prepared("ROLLBACK").run();
        } catch (const SqlError&) {
            // A read transaction has nothing to undo; the next BEGIN tells if it is still there.
        }
        return next;
    }
}

} // namespace dialproof::stores::sqlite
