// A store in front of a store: it hands each call on, and a subclass overrides those that it wants to see or
// to change.
#pragma once

#include "ports/store.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::ports {

class PassingStore : public Store {
public:
    explicit PassingStore(Store& inner) : inner_(inner) {}

    Task<Result<Loaded, Fault>> load(std::vector<Key> keys) override { return inner_.load(std::move(keys)); }
    Task<Result<Committed, CommitFailure>> commit(Changes changes) override {
        return inner_.commit(std::move(changes));
    }
    Task<Result<std::vector<ClaimedMessage>, Fault>> claim_messages(unsigned limit, Milliseconds lease,
                                                                    Instant now) override {
        return inner_.claim_messages(limit, lease, now);
    }
    Task<Result<Committed, Fault>> settle_message(Settlement settlement) override {
        return inner_.settle_message(std::move(settlement));
    }
    Task<Result<Recorded, Fault>> record_receipt(Receipt receipt) override {
        return inner_.record_receipt(std::move(receipt));
    }
    Task<Result<std::vector<SentReference>, Fault>> sent_references(std::string provider,
                                                                    std::vector<std::string> references,
                                                                    std::optional<core::PhoneNumber> to,
                                                                    unsigned limit) override {
        return inner_.sent_references(std::move(provider), std::move(references), std::move(to), limit);
    }
    Task<Result<std::optional<Instant>, Fault>> next_due() override { return inner_.next_due(); }
    Task<Result<std::vector<core::PhoneNumber>, Fault>> line_numbers(std::optional<core::PhoneNumber> after,
                                                                     unsigned limit) override {
        return inner_.line_numbers(std::move(after), limit);
    }
    Task<Result<Loaded, Fault>> users_of(core::PhoneNumber number, unsigned limit) override {
        return inner_.users_of(std::move(number), limit);
    }
    Task<Result<std::vector<EventRecord>, Fault>> events_of(StreamKind kind, std::string stream) override {
        return inner_.events_of(kind, std::move(stream));
    }
    Task<Result<std::vector<Message>, Fault>> messages_of(core::VerificationId verification) override {
        return inner_.messages_of(std::move(verification));
    }
    Task<Result<std::vector<core::VerificationId>, Fault>> verifications_of(core::PhoneNumber number,
                                                                            unsigned limit) override {
        return inner_.verifications_of(std::move(number), limit);
    }
    Task<Result<std::vector<Credential>, Fault>> credentials(CredentialKind kind, unsigned limit) override {
        return inner_.credentials(kind, limit);
    }
    Task<Result<Pruned, Fault>> prune(Retention retention) override { return inner_.prune(retention); }
    Task<Result<Committed, Fault>> probe() override { return inner_.probe(); }

protected:
    Store& inner_;
};

} // namespace dialproof::ports
