#include "stores/postgres/loads.h"

#include "stores/postgres/days.h"
#include "stores/postgres/parts.h"
#include "stores/postgres/retries.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <unordered_map>
#include <utility>

namespace dialproof::stores::postgres {

namespace {

using Clock = std::chrono::steady_clock;

#define DIALPROOF_OTHER_ROWS                                                                                 \
    " UNION ALL SELECT 1, id, version, body FROM users WHERE id = ANY($2::text[])"                           \
    " UNION ALL SELECT 2, id, version, body FROM lines WHERE id = ANY($3::text[])"                           \
    " UNION ALL SELECT 3, id, version, body FROM bindings WHERE id = ANY($4::text[])"                        \
    " UNION ALL SELECT 4, id, version, body FROM credentials WHERE id = ANY($5::text[])"
constexpr const char* select_rows =
    "SELECT 0, id, version, body FROM verifications "
    "WHERE id = ANY($1::text[]) AND day IN ($6, $7, $8, $9, $10, $11, $12, $13)" DIALPROOF_OTHER_ROWS;
constexpr const char* select_rows_of_any_day =
    "SELECT 0, id, version, body FROM verifications WHERE id = ANY($1::text[])" DIALPROOF_OTHER_ROWS;
#undef DIALPROOF_OTHER_ROWS

using Found = std::array<std::unordered_map<std::string, RawRow>, row_kinds>;

Task<Result<Found, SqlError>> find(Connection& connection, Statement statement) {
    auto running = connection.query(std::move(statement));
    const auto results = co_await running;
    if (!results)
        co_return fail(results.error());
    const Rows& rows = results->front();
    Found found;
    for (std::size_t row = 0; row < rows.size(); ++row)
        found[static_cast<std::size_t>(rows.integer(row, 0))].insert_or_assign(
            std::string(rows.text(row, 1)),
            RawRow{static_cast<std::uint64_t>(rows.integer(row, 2)), std::string(rows.text(row, 3))});
    co_return found;
}

RawRows rows_of(const std::vector<ports::Key>& keys, const Found& found) {
    RawRows rows;
    rows.reserve(keys.size());
    for (const auto& key : keys) {
        const auto& of_kind = found[static_cast<std::size_t>(kind_of(key))];
        const auto row = of_kind.find(ports::text_of(key));
        rows.push_back(row == of_kind.end() ? RawRow{} : row->second);
    }
    return rows;
}

void add_days(Days& days, const std::vector<ports::Key>& keys) {
    for (const auto& key : keys)
        if (kind_of(key) == RowKind::verification)
            days.add(day_of(ports::text_of(key)));
}

} // namespace

Loads::Loads(Loop& loop, const PostgresConfig& config, Pool& pool, Health& health, Backlog& backlog) :
    loop_(loop), pool_(pool), health_(health), backlog_(backlog),
    group_max_(std::max<std::size_t>(config.group_max, 1)), groups_max_(std::max(config.readers, 1U)),
    give_up_after_(config.give_up_after) {}

bool Loads::submit(std::vector<ports::Key> keys, Completer<LoadAnswer> done) {
    if (!backlog_.enter())
        return false;
    auto job = std::make_unique<Job>(Job{std::move(keys), done, Clock::now() + give_up_after_});
    bool tell = false;
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(job));
        tell = !std::exchange(told_, true);
    }
    if (tell)
        spawn(loop_, begin_groups());
    return true;
}

Task<void> Loads::begin_groups() {
    while (groups_ < groups_max_) {
        Jobs group = next_group();
        if (group.empty())
            break;
        ++groups_;
        spawn(loop_, serve(std::move(group)));
    }
    co_return;
}

// Those that came first, as long as one statement can name their days.
Loads::Jobs Loads::next_group() {
    const std::lock_guard lock(mutex_);
    told_ = false;
    Days days;
    std::size_t size = 0;
    for (; size < std::min(waiting_.size(), group_max_); ++size) {
        Days with_this = days;
        add_days(with_this, waiting_[size]->keys);
        if (size > 0 && !with_this.fit())
            break;
        days = std::move(with_this);
    }
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(size);
    Jobs group(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return group;
}

Task<void> Loads::serve(Jobs group) {
    std::deque<Some> parts(1);
    for (const auto& job : group)
        parts.front().push_back(job.get());
    while (!parts.empty()) {
        Some part = std::move(parts.front());
        parts.pop_front();
        auto reading = read(part);
        const bool answered = co_await reading;
        // It may be the key of one of them that the server does not take.
        if (!answered)
            add_halves(parts, part);
    }
    --groups_;
    auto beginning = begin_groups();
    co_await beginning;
}

void Loads::answer(const Job& job, LoadAnswer answer) {
    job.done(std::move(answer));
    backlog_.leave();
}

// True: all of `jobs` are answered. False: those that are left cannot be read together.
Task<bool> Loads::read(Some& jobs) {
    for (const auto* job : take_late(jobs))
        answer(*job, fail(ports::Fault::unavailable));
    if (jobs.empty())
        co_return true;
    std::array<Array, row_kinds> ids;
    Days days;
    for (const auto* job : jobs) {
        add_days(days, job->keys);
        for (const auto& key : job->keys)
            ids[static_cast<std::size_t>(kind_of(key))].add(std::string_view(ports::text_of(key)));
    }
    Statement statement(days.fit() ? select_rows : select_rows_of_any_day);
    for (const auto& of_kind : ids)
        statement.with(of_kind);
    if (days.fit())
        days.append_to(statement);

    const Retries retries(loop_, health_, latest(jobs));
    auto finding = do_on<Found>(pool_, health_, retries,
                                [&statement](Connection& connection) { return find(connection, statement); });
    const auto found = co_await finding;
    if (!found && jobs.size() > 1)
        co_return false;
    for (const auto* job : jobs) {
        if (found)
            answer(*job, rows_of(job->keys, *found));
        else
            answer(*job, fail(found.error()));
    }
    co_return true;
}

} // namespace dialproof::stores::postgres
