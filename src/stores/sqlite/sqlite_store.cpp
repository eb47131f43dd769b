#include "stores/sqlite/sqlite_store.h"

#include "stores/sqlite/commit.h"
#include "stores/sqlite/database_file.h"
#include "stores/sqlite/outbox_table.h"
#include "stores/sqlite/prune.h"
#include "stores/sqlite/readers.h"
#include "stores/sqlite/writer.h"

#include <algorithm>
#include <utility>

namespace dialproof::stores {

using namespace ports;

Result<std::unique_ptr<SqliteStore>, StoreError> SqliteStore::open(const SqliteConfig& config, Meter& meter,
                                                                   Log& log) {
    auto connection = sqlite::open_database(config, log);
    if (!connection)
        return fail(connection.error());
    std::vector<std::unique_ptr<sqlite::Connection>> reading;
    try {
        for (unsigned i = 0; i < std::max(config.readers, 1U); ++i)
            reading.push_back(std::make_unique<sqlite::Connection>(config.path, sqlite::Access::read,
                                                                   config.busy_timeout, config.vfs));
    } catch (const sqlite::SqlError& error) {
        return fail(StoreError{config.path + " cannot be opened for reading: " + error.what() +
                               ". Check the data folder and the limit of open files, then start again."});
    }
    auto writer = std::make_unique<sqlite::Writer>(*std::move(connection), config, meter, log);
    auto readers = std::make_unique<sqlite::Readers>(std::move(reading), config, log);
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(writer), std::move(readers), meter, log));
}

Result<void, StoreError> SqliteStore::backup(const std::string& path, const std::string& target) {
    return sqlite::back_up(path, target, SqliteConfig().busy_timeout);
}

SqliteStore::SqliteStore(std::unique_ptr<sqlite::Writer> writer, std::unique_ptr<sqlite::Readers> readers,
                         Meter& meter, Log& log) :
    meter_(meter),
    log_(log), writer_(std::move(writer)), readers_(std::move(readers)) {}

SqliteStore::~SqliteStore() = default;

std::size_t SqliteStore::queued_reads() const { return readers_->queued(); }

std::size_t SqliteStore::queued_writes() const { return writer_->queued(); }

template <typename Answer, typename Queue, typename Work>
Task<Answer> SqliteStore::run_on(Queue& queue, Work work) {
    auto wait = suspend_until<Answer>([&queue, &work](Completer<Answer> done) {
        std::unique_ptr<sqlite::Job> job =
            std::make_unique<sqlite::JobOf<Answer, Work>>(std::move(work), done);
        if (queue.submit(job))
            return;
        job->fail(Fault::overloaded);
        job->complete();
    });
    Answer answer = co_await wait;
    co_return answer;
}

void SqliteStore::note_unreadable(const std::string& what) {
    log_.error("store_row_unreadable", {{"error", what}});
}

Task<Result<Loaded, Fault>> SqliteStore::load(std::vector<Key> keys) {
    using Answer = Result<Loaded, Fault>;
    auto work = [this, keys = std::move(keys)](sqlite::Session& session) -> Answer {
        std::vector<std::pair<Key, Stored>> rows;
        rows.reserve(keys.size());
        for (const auto& key : keys) {
            auto stored = sqlite::load(*session.connection, session.row_reader, key);
            if (!stored) {
                note_unreadable(stored.error().what);
                return fail(Fault::unavailable);
            }
            rows.emplace_back(key, *std::move(stored));
        }
        return Loaded(std::move(rows));
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<Committed, CommitFailure>> SqliteStore::commit(Changes changes) {
    using Answer = Result<Committed, CommitFailure>;
    auto work = [writes = encode_changes(std::move(changes), &sqlite::encode_put)](sqlite::Session& session) {
        return sqlite::commit(session, writes);
    };
    Meter& meter = meter_; // the answer may come while the store goes
    auto written = run_on<Answer>(*writer_, std::move(work));
    Answer answer = co_await written;
    if (!answer && answer.error() == CommitFailure(Fault::conflict))
        meter.commit_conflict();
    co_return answer;
}

Task<Result<std::vector<ClaimedMessage>, Fault>>
SqliteStore::claim_messages(unsigned limit, Milliseconds lease, Instant now) {
    using Answer = Result<std::vector<ClaimedMessage>, Fault>;
    auto work = [=](sqlite::Session& session) -> Answer { return sqlite::claim(session, limit, lease, now); };
    return run_on<Answer>(*writer_, std::move(work));
}

Task<Result<Committed, Fault>> SqliteStore::settle_message(Settlement settlement) {
    auto work = [settlement = std::move(settlement)](sqlite::Session& session) {
        return sqlite::settle(session, settlement);
    };
    return run_on<Result<Committed, Fault>>(*writer_, std::move(work));
}

Task<Result<Recorded, Fault>> SqliteStore::record_receipt(Receipt receipt) {
    using Answer = Result<Recorded, Fault>;
    auto work = [receipt = std::move(receipt)](sqlite::Session& session) -> Answer {
        return sqlite::record(session, receipt);
    };
    return run_on<Answer>(*writer_, std::move(work));
}

Task<Result<std::vector<SentReference>, Fault>>
SqliteStore::sent_references(std::string provider, std::vector<std::string> references,
                             std::optional<core::PhoneNumber> to, unsigned limit) {
    using Answer = Result<std::vector<SentReference>, Fault>;
    auto work = [provider = std::move(provider), references = std::move(references), to = std::move(to),
                 limit](sqlite::Session& session) -> Answer {
        return sqlite::sent_references(*session.connection, provider, references, to, limit);
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<Committed, Fault>> SqliteStore::end_leases(Instant now) {
    using Answer = Result<Committed, Fault>;
    auto work = [now](sqlite::Session& session) -> Answer {
        sqlite::end_leases(*session.connection, now);
        return Committed{};
    };
    return run_on<Answer>(*writer_, std::move(work));
}

Task<Result<std::optional<Instant>, Fault>> SqliteStore::next_due() {
    using Answer = Result<std::optional<Instant>, Fault>;
    auto work = [](sqlite::Session& session) -> Answer { return sqlite::next_due(*session.connection); };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<std::vector<core::PhoneNumber>, Fault>>
SqliteStore::line_numbers(std::optional<core::PhoneNumber> after, unsigned limit) {
    using Answer = Result<std::vector<core::PhoneNumber>, Fault>;
    auto work = [after = after ? after->e164() : std::string(), limit](sqlite::Session& session) -> Answer {
        return sqlite::line_numbers(*session.connection, after, limit);
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<Loaded, Fault>> SqliteStore::users_of(core::PhoneNumber number, unsigned limit) {
    using Answer = Result<Loaded, Fault>;
    auto work = [this, number = std::move(number), limit](sqlite::Session& session) -> Answer {
        auto users = sqlite::users_of(*session.connection, session.row_reader, number, limit);
        if (!users) {
            note_unreadable(users.error().what);
            return fail(Fault::unavailable);
        }
        return *std::move(users);
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<std::vector<EventRecord>, Fault>> SqliteStore::events_of(StreamKind kind, std::string stream) {
    using Answer = Result<std::vector<EventRecord>, Fault>;
    auto work = [kind, stream = std::move(stream)](sqlite::Session& session) -> Answer {
        return sqlite::events_of(*session.connection, kind, stream);
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<std::vector<Message>, Fault>> SqliteStore::messages_of(core::VerificationId verification) {
    using Answer = Result<std::vector<Message>, Fault>;
    auto work = [verification = std::move(verification)](sqlite::Session& session) -> Answer {
        return sqlite::messages_of(session, verification);
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<std::vector<core::VerificationId>, Fault>> SqliteStore::verifications_of(core::PhoneNumber number,
                                                                                     unsigned limit) {
    using Answer = Result<std::vector<core::VerificationId>, Fault>;
    auto work = [number = std::move(number), limit](sqlite::Session& session) -> Answer {
        sqlite::Statement statement = session.connection->prepared(
            "SELECT id FROM verifications WHERE number = ?1 ORDER BY position DESC LIMIT ?2");
        statement.bind(1, number.e164()).bind(2, std::int64_t{limit});
        std::vector<core::VerificationId> ids;
        while (statement.step())
            ids.emplace_back(std::string(statement.text(0)));
        return ids;
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<std::vector<Credential>, Fault>> SqliteStore::credentials(CredentialKind kind, unsigned limit) {
    using Answer = Result<std::vector<Credential>, Fault>;
    auto work = [this, kind, limit](sqlite::Session& session) -> Answer {
        sqlite::Statement statement = session.connection->prepared(
            "SELECT body FROM credentials WHERE kind = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2");
        statement.bind(1, to_text(kind)).bind(2, std::int64_t{limit});
        std::vector<Credential> list;
        while (statement.step()) {
            auto row = session.row_reader.read(RowKind::credential, statement.text(0));
            if (!row) {
                note_unreadable(row.error().what);
                return fail(Fault::unavailable);
            }
            list.push_back(std::get<Credential>(*std::move(row)));
        }
        return list;
    };
    return run_on<Answer>(*readers_, std::move(work));
}

Task<Result<Pruned, Fault>> SqliteStore::prune(Retention retention) {
    Pruned pruned;
    for (const auto& table : sqlite::pruned_tables()) {
        sqlite::PruneStep step;
        while (!step.finished) {
            using Answer = Result<sqlite::PruneStep, Fault>;
            auto work = [&table, after = step.position, retention](sqlite::Session& session) -> Answer {
                return sqlite::prune_piece(session, table, after, retention.ended_before);
            };
            auto piece = run_on<Answer>(*writer_, std::move(work));
            const Answer done = co_await piece;
            if (!done)
                co_return fail(done.error());
            step = *done;
            pruned.*table.count += step.removed;
        }
    }
    sqlite::LimiterStep step;
    while (!step.finished) {
        using Answer = Result<sqlite::LimiterStep, Fault>;
        auto work = [after = step.last, retention](sqlite::Session& session) -> Answer {
            return sqlite::prune_limiters(*session.connection, after, retention.now);
        };
        auto piece = run_on<Answer>(*writer_, std::move(work));
        const Answer done = co_await piece;
        if (!done)
            co_return fail(done.error());
        step = *done;
        pruned.limiters += step.removed;
    }
    co_return pruned;
}

Task<Result<Committed, Fault>> SqliteStore::probe() {
    using Answer = Result<Committed, Fault>;
    auto work = [](sqlite::Session& session) -> Answer {
        sqlite::Connection& connection = *session.connection;
        std::int64_t written = 0;
        {
            sqlite::Statement write = connection.prepared(
                "UPDATE counters SET value = value + 1 WHERE name = 'probes' RETURNING value");
            while (write.step())
                written = write.integer(0);
        }
        sqlite::Statement read = connection.prepared("SELECT value FROM counters WHERE name = 'probes'");
        if (written == 0 || !read.step() || read.integer(0) != written)
            return fail(Fault::unavailable);
        return Committed{};
    };
    return run_on<Answer>(*writer_, std::move(work));
}

} // namespace dialproof::stores
