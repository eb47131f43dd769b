#include "simulated_store.h"

namespace dialproof::simulation {

using ports::Fault;

std::optional<Fault> SimulatedStore::fault_before(Kind kind) {
    if (draws_.chance(weather_.fails_before))
        return Fault::unavailable;
    if (draws_.chance(weather_.overloads))
        return Fault::overloaded;
    // It may be done, and is not.
    if (kind == Kind::writes && draws_.chance(weather_.fails_after / 2))
        return Fault::unknown_outcome;
    return {};
}

std::optional<Fault> SimulatedStore::fault_after(Kind kind) {
    const bool unknown = kind == Kind::writes && draws_.chance(weather_.fails_after);
    return unknown ? std::optional(Fault::unknown_outcome) : std::nullopt;
}

Milliseconds SimulatedStore::delay() {
    constexpr Milliseconds least{20}, most{20'000};
    return draws_.chance(weather_.slow) ? draws_.time(least, most) : Milliseconds(0);
}

// `work` runs between two steps, so nothing comes between what it does and what the model hears of it.
template <typename Answer, typename Work>
Task<Answer> SimulatedStore::perform(std::string_view what, Kind kind, Work work) {
    using Error = typename Answer::error_type;
    auto work_turn = scheduler_.sleep(delay(), what);
    co_await work_turn;
    if (const auto fault = fault_before(kind)) {
        model_.trace().note({what, "does nothing:", to_text(*fault)});
        co_return fail(Error(*fault));
    }
    Answer answer = work();
    auto answer_turn = scheduler_.sleep(delay(), "the store answers");
    co_await answer_turn;
    if (answer) {
        if (const auto fault = fault_after(kind)) {
            model_.trace().note({what, "is done, but answers:", to_text(*fault)});
            co_return fail(Error(*fault));
        }
    }
    co_return answer;
}

Task<Result<ports::Loaded, Fault>> SimulatedStore::load(std::vector<ports::Key> keys) {
    return perform<Result<ports::Loaded, Fault>>("load", Kind::reads, [this, keys = std::move(keys)] {
        model_.loads(scheduler_.current());
        return inside_.wait_for(inner_.load(keys));
    });
}

Task<Result<ports::Committed, ports::CommitFailure>> SimulatedStore::commit(ports::Changes changes) {
    using Answer = Result<ports::Committed, ports::CommitFailure>;
    return perform<Answer>("commit", Kind::writes, [this, changes = std::move(changes)]() -> Answer {
        if (draws_.chance(weather_.conflicts))
            return fail(ports::CommitFailure(Fault::conflict));
        Answer committed = inside_.wait_for(inner_.commit(changes));
        if (committed)
            model_.committed(scheduler_.current(), changes);
        return committed;
    });
}

Task<Result<std::vector<ports::ClaimedMessage>, Fault>>
SimulatedStore::claim_messages(unsigned limit, Milliseconds lease, Instant now) {
    using Answer = Result<std::vector<ports::ClaimedMessage>, Fault>;
    return perform<Answer>("claim", Kind::writes, [=, this] {
        auto claimed = inside_.wait_for(inner_.claim_messages(limit, lease, now));
        for (const auto& each : *claimed)
            model_.claimed(scheduler_.current(), each);
        return claimed;
    });
}

Task<Result<ports::Committed, Fault>> SimulatedStore::settle_message(ports::Settlement settlement) {
    model_.settles(settlement.message.id);
    return perform<Result<ports::Committed, Fault>>(
        "settle", Kind::writes, [this, settlement = std::move(settlement)] {
            return inside_.wait_for(inner_.settle_message(settlement));
        });
}

Task<Result<std::vector<ports::SentReference>, Fault>>
SimulatedStore::sent_references(std::string provider, std::vector<std::string> references,
                                std::optional<core::PhoneNumber> to, unsigned limit) {
    return perform<Result<std::vector<ports::SentReference>, Fault>>(
        "sent references", Kind::reads,
        [=, this] { return inside_.wait_for(inner_.sent_references(provider, references, to, limit)); });
}

Task<Result<std::vector<ports::Message>, Fault>>
SimulatedStore::messages_of(core::VerificationId verification) {
    return perform<Result<std::vector<ports::Message>, Fault>>(
        "messages of", Kind::reads, [=, this] { return inside_.wait_for(inner_.messages_of(verification)); });
}

Task<Result<ports::Recorded, Fault>> SimulatedStore::record_receipt(ports::Receipt receipt) {
    return perform<Result<ports::Recorded, Fault>>(
        "receipt", Kind::writes,
        [this, receipt = std::move(receipt)] { return inside_.wait_for(inner_.record_receipt(receipt)); });
}

Task<Result<std::optional<Instant>, Fault>> SimulatedStore::next_due() {
    return perform<Result<std::optional<Instant>, Fault>>(
        "next due", Kind::reads, [this] { return inside_.wait_for(inner_.next_due()); });
}

Task<Result<ports::Loaded, Fault>> SimulatedStore::users_of(core::PhoneNumber number, unsigned limit) {
    return perform<Result<ports::Loaded, Fault>>("users of", Kind::reads, [=, this] {
        model_.loads(scheduler_.current());
        return inside_.wait_for(inner_.users_of(number, limit));
    });
}

Task<Result<ports::Pruned, Fault>> SimulatedStore::prune(ports::Retention retention) {
    return perform<Result<ports::Pruned, Fault>>("prune", Kind::writes, [=, this] {
        model_.pruned(retention);
        return inside_.wait_for(inner_.prune(retention));
    });
}

} // namespace dialproof::simulation
