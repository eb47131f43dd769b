// The store port on one SQLite file: the embedded default.
//
// Writes go through one thread that commits them in groups (see writer.h); an answer leaves when its
// commit is on disk (WAL, synchronous=FULL). Reads have threads of their own. Both queues are bounded:
// when one is full, what comes is `overloaded` at once. One process serves a file; others, such as command
// line tools, may open it at the same time.
#pragma once

#include "ports/log.h"
#include "ports/meter.h"
#include "ports/store.h"
#include "stores/sqlite/sqlite_config.h"

#include <cstddef>
#include <memory>
#include <string>

namespace dialproof::stores {

namespace sqlite {
class Readers;
class Writer;
} // namespace sqlite

class SqliteStore final : public ports::Store {
public:
    // Makes the file with mode 0600 where there is none, and brings an older one to this version's tables.
    // `meter` and `log` outlive the store.
    static Result<std::unique_ptr<SqliteStore>, StoreError> open(const SqliteConfig& config,
                                                                 ports::Meter& meter, ports::Log& log);

    // A consistent copy of the database at `path` as it is now, while it is served, by this process or
    // another. Never replaces a file; mode 0600. Waits for the disk: not for an event loop's thread.
    static Result<void, StoreError> backup(const std::string& path, const std::string& target);

    // Finishes what waits, and answers it.
    ~SqliteStore() override;

    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override;
    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override;
    Task<Result<std::vector<ports::ClaimedMessage>, ports::Fault>>
    claim_messages(unsigned limit, Milliseconds lease, Instant now) override;
    Task<Result<ports::Committed, ports::Fault>> settle_message(ports::Settlement settlement) override;
    Task<Result<ports::Recorded, ports::Fault>> record_receipt(ports::Receipt receipt) override;
    Task<Result<std::vector<ports::SentReference>, ports::Fault>>
    sent_references(std::string provider, std::vector<std::string> references,
                    std::optional<core::PhoneNumber> to, unsigned limit) override;
    Task<Result<std::optional<Instant>, ports::Fault>> next_due() override;
    Task<Result<std::vector<core::PhoneNumber>, ports::Fault>>
    line_numbers(std::optional<core::PhoneNumber> after, unsigned limit) override;
    Task<Result<ports::Loaded, ports::Fault>> users_of(core::PhoneNumber number, unsigned limit) override;
    Task<Result<std::vector<ports::EventRecord>, ports::Fault>> events_of(ports::StreamKind kind,
                                                                          std::string stream) override;
    Task<Result<std::vector<ports::Message>, ports::Fault>>
    messages_of(core::VerificationId verification) override;
    Task<Result<std::vector<core::VerificationId>, ports::Fault>> verifications_of(core::PhoneNumber number,
                                                                                   unsigned limit) override;
    Task<Result<std::vector<ports::Credential>, ports::Fault>> credentials(ports::CredentialKind kind,
                                                                           unsigned limit) override;
    Task<Result<ports::Pruned, ports::Fault>> prune(ports::Retention retention) override;
    Task<Result<ports::Committed, ports::Fault>> probe() override;

    // For a process that has the file for itself: whoever holds a lease on a message is gone, so it need not
    // run out.
    Task<Result<ports::Committed, ports::Fault>> end_leases(Instant now);

    // Work that waits for a thread, for the metrics. Any thread.
    [[nodiscard]] std::size_t queued_reads() const;
    [[nodiscard]] std::size_t queued_writes() const;

private:
    SqliteStore(std::unique_ptr<sqlite::Writer> writer, std::unique_ptr<sqlite::Readers> readers,
                ports::Meter& meter, ports::Log& log);

    // Has `work` done by a thread of `queue` and gives its answer.
    template <typename Answer, typename Queue, typename Work>
    Task<Answer> run_on(Queue& queue, Work work);
    void note_unreadable(const std::string& what);

    ports::Meter& meter_;
    ports::Log& log_;
    // The readers end first: the last connection to close writes the log back, and only the writer can.
    std::unique_ptr<sqlite::Writer> writer_;
    std::unique_ptr<sqlite::Readers> readers_;
};

} // namespace dialproof::stores
