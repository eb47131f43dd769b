// Sends what the outbox holds. A message is claimed with a lease, its code derived at that moment, handed
// to a provider, and settled; one whose process died is claimed again when its lease has run out, so it
// leaves at least once, and a second leaving is logged as one.
#pragma once

#include "base/task.h"
#include "core/rules.h"
#include "ports/clock.h"
#include "ports/keys.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/sender.h"
#include "ports/store.h"

#include <atomic>
#include <cstddef>
#include <vector>

namespace dialproof::delivery {

struct DispatcherPorts {
    ports::Store& store;
    ports::Keys& keys;
    ports::Clock& clock;
    ports::Alarm& alarm; // of this dispatcher alone; woken when a commit left messages
    ports::Meter& meter;
    ports::Log& log;
    const core::RuleBook& rules;
};

struct DispatcherLimits {
    std::size_t in_flight_max = 256; // messages handed to providers and not settled yet
    Seconds lease{60};               // longer than any provider's time-out
    unsigned attempts_max = 6;
    Seconds retry_first{1}, retry_max{30}; // doubled from one attempt to the next
    Seconds idle_max{30};                  // looks again after this, for messages of nodes that died
};

class Dispatcher {
public:
    // Providers in their order of preference; an attempt that failed goes on with the next. They are at
    // least one, and outlive the dispatcher, as the ports do.
    Dispatcher(DispatcherPorts ports, std::vector<ports::Sender*> providers, DispatcherLimits limits = {});

    // Runs until `stop` and returns when nothing is in flight any more. Sends run on `executor`, which is
    // the one that runs this task.
    Task<void> run(Executor& executor);
    // Safe from any thread.
    void stop();
    // Messages handed to providers and not settled yet. Safe from any thread.
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

private:
    Task<void> dispatch(ports::ClaimedMessage claimed);
    Task<ports::Message> attempt(ports::Message message);
    Task<ports::Message> submit(ports::Message message, core::Code code, const core::Policy& policy);
    void judge(ports::Message& message, const ports::SubmitResult& result) const;
    void note_claim(std::optional<ports::Fault> fault);
    Task<Instant> next_look();

    DispatcherPorts ports_;
    std::vector<ports::Sender*> providers_;
    DispatcherLimits limits_;
    std::atomic<std::size_t> in_flight_ = 0;
    unsigned failed_claims_ = 0; // in a row
    std::atomic<bool> stopping_ = false;
};

} // namespace dialproof::delivery
