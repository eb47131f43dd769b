// Finds the message that a provider's receipt is about, and keeps what it tells. One that belongs to nothing
// yet may have overtaken the answer that names its reference: it is kept in memory for a while and tried
// again.
#pragma once

#include "base/task.h"
#include "delivery/providers.h"
#include "ports/clock.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/receipt.h"
#include "ports/store.h"

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace dialproof::delivery {

struct ReceiptPorts {
    ports::Store& store;
    ports::Clock& clock;
    ports::Alarm& alarm; // of this alone
    ports::Meter& meter;
    ports::Log& log;
    Providers& providers;
};

class Receipts final : public ports::ReceiptSink {
public:
    static constexpr std::size_t parked_max = 10'000;
    static constexpr Seconds parked_for{60}, look_again{2};

    // `on_failure` is called when a message is due again, for the dispatcher. What is handed in outlives
    // this.
    Receipts(ReceiptPorts ports, std::function<void()> on_failure) :
        ports_(ports), on_failure_(std::move(on_failure)) {}

    // Any thread.
    Task<Result<void, ports::Fault>> take(ports::ProviderReceipt receipt) override;

    // Looks again at those that belonged to nothing, until `stop`.
    Task<void> run();
    void stop();
    [[nodiscard]] std::size_t parked() const;

private:
    struct Parked {
        ports::ProviderReceipt receipt;
        Instant until;
    };
    enum class Fate { kept, belongs_to_nothing, fault };
    // Whether the text of an unknown id may still turn up.
    enum class Look { early, last };

    Task<Fate> keep(const ports::ProviderReceipt& receipt, Look look);
    Task<Result<ports::Receipt, Fate>> message_of(const ports::ProviderReceipt& receipt, Look look);
    Task<Result<ports::SentReference, Fate>> attempt_of(const ports::ProviderReceipt& receipt, Look look);
    void park(ports::ProviderReceipt receipt);
    void lose(const ports::ProviderReceipt& receipt) const;

    ReceiptPorts ports_;
    std::function<void()> on_failure_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_; // held for a look-up, never over a wait
    std::deque<Parked> parked_;
};

} // namespace dialproof::delivery
