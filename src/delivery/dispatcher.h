// Sends what the outbox holds. A message is handed over with a lease by whoever stored it, or claimed; its
// code is derived at that moment, the router names a provider, and what the provider answers is settled in
// the store. A line has one text on its way at a time; the next one waits. A message whose process died is
// claimed again when its lease has run out, so it leaves at least once; a leaving that may be the second is
// logged as one.
#pragma once

#include "base/task.h"
#include "core/rules.h"
#include "delivery/providers.h"
#include "delivery/router.h"
#include "ports/clock.h"
#include "ports/keys.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/numbering_plan.h"
#include "ports/outbox.h"
#include "ports/receipt.h"
#include "ports/sender.h"
#include "ports/store.h"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dialproof::delivery {

struct DispatcherPorts {
    ports::Store& store;
    ports::Keys& keys;
    ports::Clock& clock;
    ports::Alarm& alarm; // of this dispatcher alone
    ports::Meter& meter;
    ports::Log& log;
    const core::RuleBook& rules;
    const ports::NumberingPlan& plan;
    Providers& providers;
    Router& router;
    const ports::ReceiptUrls* receipt_urls = nullptr; // none: no provider is told of a place
};

struct DispatcherLimits {
    std::size_t in_flight_max = 256; // messages handed to providers and not settled yet
    Seconds lease{60};               // longer than any provider's time-out
    unsigned attempts_max = 6;
    Seconds retry_first{1}, retry_max{30}; // doubled from one attempt to the next
    Seconds idle_max{30};                  // looks again after this, for messages of nodes that died
    // After an answer that never came, or none by a receipt: how long until the next provider has its turn.
    // The second is off where it is zero: a provider that sends no receipts would have each text sent twice.
    Seconds answer_wait{8}, receipt_wait{0};
    std::size_t uses_max = 1000; // codes that came back, of which a provider is still to be told
};

class Dispatcher final : public ports::Outbox {
public:
    // The ports outlive it.
    explicit Dispatcher(DispatcherPorts ports, DispatcherLimits limits = {}) :
        ports_(ports), limits_(limits) {}

    // Runs until `stop` and returns when nothing is in flight any more. Sends run on `executor`, which is
    // the one that runs this task.
    Task<void> run(Executor& executor);
    // Safe from any thread.
    void stop();
    // Something may be due that it does not know of. Safe from any thread.
    void look();
    // Messages handed to providers and not settled yet. Safe from any thread.
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

    std::vector<ports::ClaimedMessage> lease(std::vector<ports::NewMessage>& messages, Instant now) override;
    void committed(std::vector<ports::ClaimedMessage> leased) override;
    void code_used(const core::VerificationId& verification) override;

private:
    using Messages = std::vector<ports::ClaimedMessage>;

    void start_handed_over(Executor& executor);
    std::size_t start(Executor& executor, Messages messages);
    [[nodiscard]] bool can_look() const;
    void start_look(Executor& executor);
    Task<void> claim_all(Executor& executor);
    void start_telling_uses(Executor& executor);
    Task<std::size_t> claim(Executor& executor);
    Task<void> dispatch(ports::ClaimedMessage claimed);
    Task<ports::Settlement> attempt_in_turn(ports::ClaimedMessage claimed);
    Task<ports::Settlement> attempt(ports::ClaimedMessage claimed);
    Task<Choice> choose(const ports::Message& message);
    Task<ports::Settlement> submit(ports::ClaimedMessage claimed, Choice choice, ports::OutgoingText text);
    [[nodiscard]] Choice next_choice(const ports::Message& message) const;
    void judge(ports::Message& message, const ports::SubmitResult& result) const;
    void wait_for_receipt(ports::Message& message, Seconds wait) const;
    void try_again(ports::Message& message, const ports::SubmitResult& result) const;
    void give_up(ports::Message& message, ports::MessageState state, std::string_view error) const;
    [[nodiscard]] std::string receipt_url(const ports::Message& message, const ports::Sender& sender) const;
    [[nodiscard]] core::NumberFacts facts(const core::PhoneNumber& number) const;
    void announce(const ports::ClaimedMessage& claimed) const;
    Task<void> tell_use(core::VerificationId verification);
    void note_claim(std::optional<ports::Fault> fault);
    Task<Instant> next_look();
    [[nodiscard]] bool has_work() const;

    DispatcherPorts ports_;
    DispatcherLimits limits_;
    std::atomic<std::size_t> in_flight_ = 0;
    unsigned failed_claims_ = 0; // in a row
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> look_wanted_ = true; // before it is time
    bool looking_ = false;
    Instant look_at_{}; // while it does not look

    mutable std::mutex mutex_; // held for a look-up, never over a wait
    Messages handed_over_;
    std::atomic<std::size_t> handed_over_count_ = 0;
    std::vector<core::VerificationId> used_;
    std::set<core::PhoneNumber> busy_; // lines with a text on its way; of the executor alone
    std::size_t telling_ = 0;          // uses; of the executor alone
};

} // namespace dialproof::delivery
