// The store port on PostgreSQL, or what speaks like it: for many nodes on one database.
//
// One thread speaks to the database over a few connections, and blocks on none of them. Commits that wait go
// as one transaction (see commits.h), loads that wait as one statement (see loads.h). Queues are bounded:
// when one is full, what comes is `overloaded` at once. What is lost on the way to the database is done again
// as long as it is known that it did not happen, and `unknown_outcome` where it is not.
#pragma once

#include "ports/log.h"
#include "ports/meter.h"
#include "ports/store.h"
#include "stores/postgres/postgres_config.h"

#include <cstddef>
#include <memory>

namespace dialproof::stores {

// The time as the database has it, which is the same for all nodes, and how long it took to ask.
struct DatabaseTime {
    Instant time;
    Milliseconds round_trip;
};

class PostgresStore final : public ports::Store {
public:
    // Waits until the database answers, for a bounded time, and brings its schema to this version's where
    // `config.migrate` says so. `meter` and `log` outlive the store.
    static Result<std::unique_ptr<PostgresStore>, StoreError> open(const PostgresConfig& config,
                                                                   ports::Meter& meter, ports::Log& log);

    // Finishes what waits, and answers it; of a prune, no more than the piece that is under way.
    ~PostgresStore() override;

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

    Task<Result<DatabaseTime, ports::Fault>> database_time();

    // Work that waits or is under way, for the metrics. Any thread.
    [[nodiscard]] std::size_t queued_reads() const;
    [[nodiscard]] std::size_t queued_writes() const;

private:
    struct Parts;
    explicit PostgresStore(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

} // namespace dialproof::stores
