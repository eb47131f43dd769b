#include "stores/postgres/postgres_store.h"

#include "stores/postgres/commits.h"
#include "stores/postgres/events.h"
#include "stores/postgres/loads.h"
#include "stores/postgres/migrations.h"
#include "stores/postgres/outbox.h"
#include "stores/postgres/partitions.h"
#include "stores/postgres/prune.h"
#include "stores/postgres/retries.h"
#include "stores/postgres/table_queries.h"

#include <chrono>
#include <future>
#include <random>
#include <utility>

namespace dialproof::stores {

using namespace ports;
namespace pg = postgres;
using Clock = std::chrono::steady_clock;

namespace {

constexpr Milliseconds maintenance_time_max{60'000};

// For what is rare and may take long: migrations, partitions, pruning.
PostgresConfig for_maintenance(PostgresConfig config) {
    config.prepared_statements = false;
    config.statement_timeout = maintenance_time_max;
    return config;
}

// While several nodes start at once, one of them migrates and the others wait.
PostgresConfig for_opening(PostgresConfig config) {
    config = for_maintenance(std::move(config));
    config.lock_timeout = maintenance_time_max;
    return config;
}

std::string random_name() {
    std::random_device device;
    std::string name;
    for (int i = 0; i < 4; ++i)
        name += std::to_string(device()) + '.';
    return name;
}

} // namespace

struct PostgresStore::Parts {
    Parts(PostgresConfig given, Meter& m, Log& l) :
        config(std::move(given)), maintenance_config(for_maintenance(config)), meter(m), log(l), health(l),
        writers(loop, config, health, config.writers), readers(loop, config, health, config.readers),
        maintenance(loop, maintenance_config, health, 1), reads(config.reads_queued_max),
        writes(config.writes_queued_max), commits(loop, config, writers, health, writes, meter),
        loads(loop, config, readers, health, reads) {}
    ~Parts() {
        spawn(loop, end_maintenance());
        reads.wait_until_empty();
        writes.wait_until_empty();
        loop.stop();
    }

    // Of a prune that is under way, what has begun is finished.
    Task<void> end_maintenance() {
        maintenance.close();
        co_return;
    }

    // Has `work` done on the store's thread, on a connection of `pool`.
    template <typename T, typename Work>
    Task<Result<T, Fault>> run_on(pg::Pool& pool, pg::Backlog& backlog, Work work) {
        const pg::Retries retries(loop, health, Clock::now() + config.give_up_after);
        auto task = pg::do_on<T>(pool, health, retries, std::move(work));
        return run(backlog, std::move(task));
    }
    template <typename T>
    Task<Result<T, Fault>> run(pg::Backlog& backlog, Task<Result<T, Fault>> task) {
        using Answer = Result<T, Fault>;
        auto wait = suspend_until<Answer>([this, &backlog, &task](Completer<Answer> done) {
            if (!backlog.enter())
                return done(fail(Fault::overloaded));
            spawn(loop, std::move(task), [&backlog, done](Answer answer) {
                done(std::move(answer));
                backlog.leave();
            });
        });
        Answer answer = co_await wait;
        co_return answer;
    }
    template <typename T, typename Work>
    Task<Result<T, Fault>> read(Work work) {
        return run_on<T>(readers, reads, std::move(work));
    }
    template <typename T, typename Work>
    Task<Result<T, Fault>> write(Work work) {
        return run_on<T>(writers, writes, std::move(work));
    }
    void note_unreadable(const std::string& what) { log.error("store_row_unreadable", {{"error", what}}); }

    const PostgresConfig config, maintenance_config;
    Meter& meter;
    Log& log;
    pg::Loop loop; // before all that runs on it
    pg::Health health;
    pg::Pool writers, readers, maintenance;
    pg::Backlog reads, writes;
    pg::Commits commits;
    pg::Loads loads;
};

namespace {

// The schema as this version wants it; else why not.
Task<std::optional<StoreError>> prepare(pg::Loop& loop, const PostgresConfig& config, Log& log) {
    const auto until = Clock::now() + config.connect_timeout;
    pg::Connection connection(loop, config);
    for (;;) {
        auto connecting = connection.connect();
        const auto connected = co_await connecting;
        pg::SqlError error;
        if (connected) {
            auto migrating = pg::migrate(connection, pg::embedded_migrations(), config);
            const auto migrated = co_await migrating;
            if (migrated && *migrated)
                co_return *migrated;
            if (migrated) {
                auto making = pg::make_partitions(connection, log);
                const auto made = co_await making;
                if (made)
                    co_return std::nullopt;
                error = made.error();
            } else {
                error = migrated.error();
            }
        } else {
            error = connected.error();
        }
        connection.close();
        if (Clock::now() >= until)
            co_return StoreError{"The PostgreSQL store cannot be opened: " + error.message +
                                 (error.state.empty() ? "" : " (SQLSTATE " + error.state + ")") +
                                 ". Expected a server that answers and that this user may use; check "
                                 "store.postgres.url, the password and the server's log."};
        auto resting = loop.sleep(Milliseconds(200));
        co_await resting;
    }
}

std::optional<StoreError> prepare_now(const PostgresConfig& given, Log& log) {
    const PostgresConfig config = for_opening(given);
    pg::Loop loop;
    std::promise<std::optional<StoreError>> prepared;
    spawn(loop, prepare(loop, config, log),
          [&prepared](std::optional<StoreError> wrong) { prepared.set_value(std::move(wrong)); });
    auto wrong = prepared.get_future().get();
    loop.stop();
    return wrong;
}

} // namespace

Result<std::unique_ptr<PostgresStore>, StoreError> PostgresStore::open(const PostgresConfig& config,
                                                                       Meter& meter, Log& log) {
    if (const auto usable = pg::check_url(config); !usable)
        return fail(usable.error());
    if (const auto wrong = prepare_now(config, log))
        return fail(*wrong);
    return std::unique_ptr<PostgresStore>(new PostgresStore(std::make_unique<Parts>(config, meter, log)));
}

PostgresStore::PostgresStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PostgresStore::~PostgresStore() = default;

std::size_t PostgresStore::queued_reads() const { return parts_->reads.size(); }
std::size_t PostgresStore::queued_writes() const { return parts_->writes.size(); }

Task<Result<Loaded, Fault>> PostgresStore::load(std::vector<Key> keys) {
    auto wait = suspend_until<pg::LoadAnswer>([this, &keys](Completer<pg::LoadAnswer> done) {
        if (!parts_->loads.submit(keys, done))
            done(fail(Fault::overloaded));
    });
    Log& log = parts_->log; // the answer may come while the store goes
    const pg::LoadAnswer raw = co_await wait;
    if (!raw)
        co_return fail(raw.error());
    // Bodies are read here, on the caller's thread: the store has but one.
    static thread_local RowReader reader;
    std::vector<std::pair<Key, Stored>> rows;
    rows.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Stored stored;
        if ((*raw)[i].version != 0) {
            auto row = reader.read(kind_of(keys[i]), (*raw)[i].body);
            if (!row) {
                log.error("store_row_unreadable", {{"error", row.error().what}});
                co_return fail(Fault::unavailable);
            }
            stored = Stored{*std::move(row), (*raw)[i].version};
        }
        rows.emplace_back(std::move(keys[i]), std::move(stored));
    }
    co_return Loaded(std::move(rows));
}

Task<Result<Committed, CommitFailure>> PostgresStore::commit(Changes changes) {
    auto writes = encode_changes(std::move(changes), &pg::encode_put);
    auto wait = suspend_until<pg::CommitAnswer>([this, &writes](Completer<pg::CommitAnswer> done) {
        if (!parts_->commits.submit(std::move(writes), done))
            done(fail(CommitFailure(Fault::overloaded)));
    });
    Meter& meter = parts_->meter; // the answer may come while the store goes
    pg::CommitAnswer answer = co_await wait;
    if (!answer && answer.error() == CommitFailure(Fault::conflict))
        meter.commit_conflict();
    co_return answer;
}

Task<Result<std::vector<ClaimedMessage>, Fault>>
PostgresStore::claim_messages(unsigned limit, Milliseconds lease, Instant now) {
    return parts_->write<std::vector<ClaimedMessage>>(
        [limit, lease, now, name = random_name()](pg::Connection& connection) {
            return pg::claim(connection, limit, lease, now, name);
        });
}

Task<Result<Committed, Fault>> PostgresStore::settle_message(Settlement settlement) {
    using Settled = std::optional<Committed>;
    auto settling = parts_->write<Settled>([settlement = std::move(settlement)](pg::Connection& connection) {
        return pg::settle(connection, settlement);
    });
    const auto settled = co_await settling;
    if (!settled)
        co_return fail(settled.error());
    if (!*settled)
        co_return fail(Fault::conflict);
    co_return **settled;
}

Task<Result<Recorded, Fault>> PostgresStore::record_receipt(Receipt receipt) {
    return parts_->write<Recorded>([receipt = std::move(receipt)](pg::Connection& connection) {
        return pg::record(connection, receipt);
    });
}

Task<Result<std::vector<SentReference>, Fault>>
PostgresStore::sent_references(std::string provider, std::vector<std::string> references,
                               std::optional<core::PhoneNumber> to, unsigned limit) {
    return parts_->read<std::vector<SentReference>>([provider = std::move(provider),
                                                     references = std::move(references), to = std::move(to),
                                                     limit](pg::Connection& connection) {
        return pg::sent_references(connection, provider, references, to, limit);
    });
}

Task<Result<std::optional<Instant>, Fault>> PostgresStore::next_due() {
    return parts_->read<std::optional<Instant>>(
        [](pg::Connection& connection) { return pg::next_due(connection); });
}

Task<Result<std::vector<core::PhoneNumber>, Fault>>
PostgresStore::line_numbers(std::optional<core::PhoneNumber> after, unsigned limit) {
    return parts_->read<std::vector<core::PhoneNumber>>(
        [after = after ? after->e164() : std::string(), limit](pg::Connection& connection) {
            return pg::line_numbers(connection, after, limit);
        });
}

Task<Result<Loaded, Fault>> PostgresStore::users_of(core::PhoneNumber number, unsigned limit) {
    return parts_->read<Loaded>([number = std::move(number), limit](pg::Connection& connection) {
        return pg::users_of(connection, number, limit);
    });
}

Task<Result<std::vector<EventRecord>, Fault>> PostgresStore::events_of(StreamKind kind, std::string stream) {
    return parts_->read<std::vector<EventRecord>>(
        [kind, stream = std::move(stream)](pg::Connection& connection) {
            return pg::events_of(connection, kind, stream);
        });
}

Task<Result<std::vector<Message>, Fault>> PostgresStore::messages_of(core::VerificationId verification) {
    return parts_->read<std::vector<Message>>(
        [verification = std::move(verification)](pg::Connection& connection) {
            return pg::messages_of(connection, verification);
        });
}

Task<Result<std::vector<core::VerificationId>, Fault>>
PostgresStore::verifications_of(core::PhoneNumber number, unsigned limit) {
    return parts_->read<std::vector<core::VerificationId>>(
        [number = std::move(number), limit](pg::Connection& connection) {
            return pg::verifications_of(connection, number, limit);
        });
}

Task<Result<std::vector<Credential>, Fault>> PostgresStore::credentials(CredentialKind kind, unsigned limit) {
    return parts_->read<std::vector<Credential>>(
        [kind, limit](pg::Connection& connection) { return pg::credentials(connection, kind, limit); });
}

Task<Result<Pruned, Fault>> PostgresStore::prune(Retention retention) {
    Parts& parts = *parts_;
    auto pruning = pg::prune(parts.maintenance, parts.loop, parts.health, parts.log, retention);
    return parts.run(parts.writes, std::move(pruning));
}

Task<Result<Committed, Fault>> PostgresStore::probe() {
    return parts_->write<Committed>([](pg::Connection& connection) { return pg::probe(connection); });
}

Task<Result<DatabaseTime, Fault>> PostgresStore::database_time() {
    return parts_->read<DatabaseTime>(
        [](pg::Connection& connection) { return pg::database_time(connection); });
}

} // namespace dialproof::stores
