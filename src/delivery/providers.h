// The ways out that are configured, and how each of them is doing.
#pragma once

#include "delivery/circuit_breaker.h"
#include "ports/message.h"
#include "ports/provider_health.h"
#include "ports/sender.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::delivery {

// Safe from any thread.
class Providers final : public ports::ProviderWatch {
public:
    explicit Providers(BreakerLimits limits = {}) : limits_(limits) {}

    // Before anything is sent. It has a name of its own and outlives this.
    void add(ports::Sender& sender);

    [[nodiscard]] std::size_t size() const { return senders_.size(); }
    [[nodiscard]] const std::vector<ports::Sender*>& senders() const { return senders_; }
    // Null where there is none of that name.
    [[nodiscard]] ports::Sender* find(std::string_view name) const;
    [[nodiscard]] bool wants_use() const { return wants_use_; } // any of them

    // When it may be asked; `now` where it may be now. Nothing where there is no such provider.
    [[nodiscard]] std::optional<Instant> allows_at(std::string_view name, Instant now) const;
    void asked(std::string_view name, Instant now);
    void answered(std::string_view name, const ports::SubmitResult& result, Instant now);
    void told(std::string_view name, ports::MessageState state);

    [[nodiscard]] std::vector<ports::ProviderHealth> health(Instant now) const override;

private:
    struct Entry {
        CircuitBreaker breaker;
        ports::ProviderHealth health;
    };

    const BreakerLimits limits_;
    std::vector<ports::Sender*> senders_;
    bool wants_use_ = false;
    mutable std::mutex mutex_; // held for a look-up, never over a wait
    std::map<std::string, Entry, std::less<>> entries_;
};

} // namespace dialproof::delivery
