#include "delivery/receipts.h"

#include "ports/own_reference.h"

#include <algorithm>
#include <utility>

namespace dialproof::delivery {

using ports::MessageState;
using ports::SentReference;
using Sent = std::vector<SentReference>; // newest first

namespace {

// Of a number whose texts all went by one reference: its newest ones are looked at.
constexpr unsigned references_max = 8;

bool went_with(const SentReference& sent, std::uint16_t own_reference) {
    constexpr std::uint16_t lower_octet = 0xFF;
    const auto reference = ports::own_reference(sent.message, sent.attempt);
    return own_reference == reference || own_reference == (reference & lower_octet);
}

// The newest; or the one that went with the number of ours, where it came back. Null where two went with it.
const SentReference* choose(const Sent& sent, std::optional<std::uint16_t> own_reference) {
    const SentReference* chosen = nullptr;
    for (const auto& each : sent) {
        if (own_reference && !went_with(each, *own_reference))
            continue;
        if (chosen)
            return own_reference ? nullptr : chosen;
        chosen = &each;
    }
    return chosen;
}

bool has_another_id(const SentReference& sent, const ports::ProviderReceipt& receipt) {
    const auto& ids = receipt.references;
    return !sent.reference.empty() && std::find(ids.begin(), ids.end(), sent.reference) == ids.end();
}

std::string masked_recipient(const ports::ProviderReceipt& receipt) {
    return receipt.to ? receipt.to->masked() : std::string();
}

} // namespace

Task<Result<void, ports::Fault>> Receipts::take(ports::ProviderReceipt receipt) {
    auto keeping = keep(receipt, Look::early);
    const Fate fate = co_await keeping;
    if (fate == Fate::fault)
        co_return fail(ports::Fault::unavailable);
    if (fate == Fate::belongs_to_nothing)
        park(std::move(receipt));
    co_return Result<void, ports::Fault>();
}

Task<Receipts::Fate> Receipts::keep(const ports::ProviderReceipt& receipt, Look look) {
    auto finding = message_of(receipt, look);
    const auto found = co_await finding;
    if (!found)
        co_return found.error();
    const auto recorded = co_await ports_.store.record_receipt(*found);
    if (!recorded)
        co_return Fate::fault;
    if (!recorded->known)
        co_return Fate::belongs_to_nothing;
    if (!recorded->changed)
        co_return Fate::kept;
    ports_.providers.told(receipt.provider, receipt.state);
    ports_.meter.message_settled(receipt.provider, to_text(receipt.state));
    if (recorded->price)
        ports_.meter.cost(receipt.provider, *recorded->price);
    ports_.log.info("receipt", {{"message", found->message.text},
                                {"verification", recorded->verification.text},
                                {"provider", receipt.provider},
                                {"told", to_text(receipt.state)},
                                {"state", to_text(recorded->state)},
                                {"error", receipt.error}});
    if (recorded->state == MessageState::queued)
        on_failure_();
    co_return Fate::kept;
}

// By our own id; else by the provider's, where an id that is the same for many means one whose recipient
// fits; else one to that number.
Task<Result<ports::Receipt, Receipts::Fate>> Receipts::message_of(const ports::ProviderReceipt& receipt,
                                                                  Look look) {
    ports::Receipt found{
        {},           receipt.state, receipt.at, receipt.error, receipt.attempt, receipt.another_may_try,
        receipt.price};
    if (receipt.message) {
        found.message = *receipt.message;
        co_return found;
    }
    auto finding = attempt_of(receipt, look);
    const auto attempt = co_await finding;
    if (!attempt)
        co_return fail(attempt.error());
    found.message = attempt->message;
    found.attempt = attempt->attempt;
    co_return found;
}

Task<Result<SentReference, Receipts::Fate>> Receipts::attempt_of(const ports::ProviderReceipt& receipt,
                                                                 Look look) {
    const std::optional<core::PhoneNumber> anyone;
    auto sent =
        co_await ports_.store.sent_references(receipt.provider, receipt.references, anyone, references_max);
    if (!sent)
        co_return fail(Fate::fault);
    const bool id_of_one = sent->size() == 1; // then it is surer than the number that came back
    if (receipt.to)
        std::erase_if(*sent, [&](const SentReference& each) { return each.to != *receipt.to; });
    const auto own = receipt.to && !id_of_one ? receipt.own_reference : std::nullopt;
    if (const auto* chosen = choose(*sent, own))
        co_return *chosen;
    if (!receipt.to)
        co_return fail(Fate::belongs_to_nothing);
    const std::vector<std::string> no_id;
    sent = co_await ports_.store.sent_references(receipt.provider, no_id, receipt.to, references_max);
    if (!sent)
        co_return fail(Fate::fault);
    // An id that nobody has may be that of a text whose answer is still on its way: another text with an id
    // of its own is not taken for it before that could have come.
    if (look == Look::early && !receipt.references.empty() && !receipt.own_reference)
        std::erase_if(*sent, [&](const SentReference& each) { return has_another_id(each, receipt); });
    if (const auto* chosen = choose(*sent, receipt.own_reference))
        co_return *chosen;
    co_return fail(Fate::belongs_to_nothing);
}

void Receipts::park(ports::ProviderReceipt receipt) {
    const Instant until = ports_.clock.now() + parked_for;
    std::optional<Parked> dropped;
    {
        const std::lock_guard lock(mutex_);
        if (parked_.size() >= parked_max) {
            dropped = std::move(parked_.front());
            parked_.pop_front();
        }
        parked_.push_back({std::move(receipt), until});
    }
    if (dropped)
        lose(dropped->receipt);
    ports_.alarm.wake();
}

Task<void> Receipts::run() {
    constexpr Seconds idle{3600};
    while (!stopping_) {
        std::deque<Parked> waiting;
        {
            const std::lock_guard lock(mutex_);
            waiting = std::exchange(parked_, {});
        }
        for (auto& each : waiting) {
            const Look look = ports_.clock.now() >= each.until ? Look::last : Look::early;
            auto keeping = keep(each.receipt, look);
            const Fate fate = co_await keeping;
            if (fate == Fate::kept)
                continue;
            if (look == Look::last) {
                lose(each.receipt);
                continue;
            }
            const std::lock_guard lock(mutex_);
            parked_.push_back(std::move(each));
        }
        const Instant when = ports_.clock.now() + (parked() > 0 ? look_again : idle);
        co_await ports_.alarm.sleep_until(when);
    }
}

void Receipts::stop() {
    stopping_ = true;
    ports_.alarm.wake();
}

std::size_t Receipts::parked() const {
    const std::lock_guard lock(mutex_);
    return parked_.size();
}

void Receipts::lose(const ports::ProviderReceipt& receipt) const {
    ports_.log.warning("receipt_unmatched", {{"provider", receipt.provider},
                                             {"to", masked_recipient(receipt)},
                                             {"told", to_text(receipt.state)},
                                             {"error", receipt.error},
                                             {"number_of_ours", receipt.own_reference.has_value()}});
}

} // namespace dialproof::delivery
