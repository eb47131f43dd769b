// The store port in plain maps: for tests, the simulation, and servers that are thrown away. Answers through
// the caller's executor, in the order of the calls; never `overloaded` or `unavailable`.
#pragma once

#include "ports/store.h"

#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

namespace dialproof::stores {

class MemoryStore final : public ports::Store {
public:
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

private:
    struct Versioned {
        ports::SharedRow row;
        std::uint64_t version;
    };
    struct Queued {
        ports::Message message;
        std::uint64_t order;                 // in which they were stored
        std::optional<Instant> available_at; // when it is due or its lease runs out
        std::string lease;                   // empty: nobody holds it
    };
    using EventKey = std::tuple<ports::StreamKind, std::string, std::uint64_t>;
    struct Data {
        // Changes a message through `change`, and keeps `waiting` true.
        template <typename Change>
        void change(Queued& queued, Change change);

        std::map<ports::Key, Versioned> rows;
        std::map<core::PhoneNumber, std::set<core::UserId>> owners; // who is found by a number
        std::map<EventKey, ports::EventRecord> events;
        std::map<core::MessageId, Queued> messages;
        std::vector<std::pair<std::string, ports::SentReference>> references; // and their providers
        // The ones that are to be looked at, in the order in which they are claimed.
        std::map<std::pair<Instant, std::uint64_t>, Queued*> waiting;
        std::map<std::string, core::GcraState> limiters;
        std::uint64_t version_floor = 0; // the highest version of a row that is gone
        std::uint64_t messages_stored = 0, leases_given = 0;
    };
    static void index(Data& data, const ports::Key& key, bool add);
    // What a commit would change, beside the data, until it is known to succeed.
    class Draft;

    template <typename T, typename Work>
    Task<T> answer(Work work);

    std::mutex mutex_;
    Data data_;
};

} // namespace dialproof::stores
