#include "stores/postgres/commits.h"

#include "stores/postgres/choice.h"
#include "stores/postgres/parts.h"
#include "stores/postgres/retries.h"

#include <algorithm>
#include <utility>

namespace dialproof::stores::postgres {

namespace {

using Clock = std::chrono::steady_clock;

// Of those that wait for the rows of others; so that looking for a group takes a bounded time.
constexpr std::size_t passed_over_max = 1024;

bool has_doubles(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

} // namespace

Commits::Commits(Loop& loop, const PostgresConfig& config, Pool& pool, Health& health, Backlog& backlog,
                 ports::Meter& meter) :
    loop_(loop),
    pool_(pool), health_(health), meter_(meter), backlog_(backlog),
    group_max_(std::max<std::size_t>(config.group_max, 1)), groups_max_(std::max(config.writers, 1U)),
    give_up_after_(config.give_up_after) {}

bool Commits::submit(Writes writes, Completer<CommitAnswer> done) {
    auto locks = lock_names(writes);
    // Of two writes of one row in one commit, one is on a stale row.
    if (has_doubles(locks)) {
        done(fail(ports::CommitFailure(ports::Fault::conflict)));
        return true;
    }
    if (!backlog_.enter())
        return false;
    auto job =
        std::make_unique<Job>(Job{std::move(writes), done, std::move(locks), Clock::now() + give_up_after_});
    bool tell = false;
    {
        const std::lock_guard lock(mutex_);
        arrived_.push_back(std::move(job));
        tell = !std::exchange(told_, true);
    }
    if (tell)
        spawn(loop_, begin_groups());
    return true;
}

Task<void> Commits::begin_groups() {
    Jobs arrived;
    {
        const std::lock_guard lock(mutex_);
        arrived = std::exchange(arrived_, {});
        told_ = false;
    }
    std::move(arrived.begin(), arrived.end(), std::back_inserter(waiting_));
    while (groups_ < groups_max_) {
        Jobs group = next_group();
        if (group.empty())
            break;
        ++groups_;
        spawn(loop_, serve(std::move(group)));
    }
    co_return;
}

Commits::Jobs Commits::next_group() {
    Jobs group;
    Choice choice(locked_);
    std::deque<std::unique_ptr<Job>> passed_over;
    const auto now = Clock::now();
    while (!waiting_.empty() && group.size() < group_max_ && passed_over.size() < passed_over_max) {
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        if (now >= job->give_up_at)
            tell(*job, fail(ports::CommitFailure(ports::Fault::unavailable)));
        else if (choice.take(job->locks))
            group.push_back(std::move(job));
        else
            passed_over.push_back(std::move(job));
    }
    for (; !passed_over.empty(); passed_over.pop_back())
        waiting_.push_front(std::move(passed_over.back()));
    for (const auto& job : group)
        locked_.insert(job->locks.begin(), job->locks.end());
    return group;
}

Task<void> Commits::serve(Jobs group) {
    const auto start = Clock::now();
    std::deque<Some> parts(1);
    for (const auto& job : group)
        parts.front().push_back(job.get());
    while (!parts.empty()) {
        Some part = std::move(parts.front());
        parts.pop_front();
        auto writing = write(part);
        const bool answered = co_await writing;
        // Whose fault it is shows when they are apart.
        if (!answered)
            add_halves(parts, part);
    }
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    --groups_;
    meter_.commit_batch(group.size(), took, backlog_.size());
    auto beginning = begin_groups();
    co_await beginning;
}

void Commits::answer(const Job& job, CommitAnswer answer) {
    for (const auto& name : job.locks)
        locked_.erase(name);
    tell(job, std::move(answer));
}

void Commits::tell(const Job& job, CommitAnswer answer) {
    job.done(std::move(answer));
    backlog_.leave();
}

void Commits::answer_all(const Some& jobs, ports::Fault fault) {
    for (const auto* job : jobs)
        answer(*job, fail(ports::CommitFailure(fault)));
}

void Commits::answer_late(Some& jobs) { answer_all(take_late(jobs), ports::Fault::unavailable); }

// True: all of `jobs` are answered. False: those that are left cannot be done together.
Task<bool> Commits::write(Some& jobs) {
    Retries retries(loop_, health_, latest(jobs));
    for (answer_late(jobs); !jobs.empty(); answer_late(jobs)) {
        auto taking = pool_.take(retries.until());
        Connection* const connection = co_await taking;
        if (!connection)
            break;
        auto trying = try_once(*connection, jobs);
        const auto tried = co_await trying;
        auto undoing = connection->roll_back();
        co_await undoing;
        pool_.give_back(connection);
        if (tried)
            continue;
        const SqlError& error = tried.error();
        if (!error.maybe_done && !error.may_work_again() && jobs.size() > 1)
            co_return false;
        auto resting = retries.after(error);
        const bool again = co_await resting;
        if (!again) {
            answer_all(jobs, fault_of(error));
            co_return true;
        }
    }
    answer_all(jobs, ports::Fault::unavailable);
    co_return true;
}

// Answers all of `jobs`, or those that are refused and takes them out; the others are to be tried again.
Task<Result<void, SqlError>> Commits::try_once(Connection& connection, Some& jobs) {
    std::vector<const Writes*> commits;
    for (const auto* job : jobs)
        commits.push_back(&job->writes);
    Group group(std::move(commits));
    auto statements = group.statements();
    auto beginning = connection.begin(std::move(statements));
    const auto results = co_await beginning;
    if (!results)
        co_return fail(results.error());
    auto answers = group.judge(*results);
    if (!answers)
        co_return fail(answers.error());
    const bool all_fit = std::all_of(answers->begin(), answers->end(),
                                     [](const CommitAnswer& answer) { return answer.has_value(); });
    if (all_fit) {
        auto last = group.last_statements();
        auto ending = connection.commit(std::move(last));
        const auto ended = co_await ending;
        if (!ended)
            co_return fail(ended.error());
        health_.note_success();
    }
    Some left;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (all_fit || !(*answers)[i])
            answer(*jobs[i], std::move((*answers)[i]));
        else
            left.push_back(jobs[i]);
    }
    jobs = std::move(left);
    co_return Result<void, SqlError>();
}

} // namespace dialproof::stores::postgres
