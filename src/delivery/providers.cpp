#include "delivery/providers.h"

#include <cassert>

namespace dialproof::delivery {

void Providers::add(ports::Sender& sender) {
    Entry entry{CircuitBreaker(limits_), {}};
    entry.health.name = sender.name();
    const bool is_new = entries_.emplace(sender.name(), std::move(entry)).second;
    assert(is_new);
    static_cast<void>(is_new);
    senders_.push_back(&sender);
    wants_use_ = wants_use_ || sender.wants_use();
}

ports::Sender* Providers::find(std::string_view name) const {
    for (auto* sender : senders_)
        if (sender->name() == name)
            return sender;
    return nullptr;
}

std::optional<Instant> Providers::allows_at(std::string_view name, Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    if (found == entries_.end())
        return {};
    return found->second.breaker.allows_at(now);
}

void Providers::asked(std::string_view name, Instant now) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_.find(name)->second;
    entry.breaker.asked(now);
    ++entry.health.in_flight;
}

void Providers::answered(std::string_view name, const ports::SubmitResult& result, Instant now) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_.find(name)->second;
    entry.breaker.answered(result.outcome, result.retry_after, now);
    --entry.health.in_flight;
    ++entry.health.outcomes[result.outcome];
    if (result.outcome == ports::SubmitOutcome::accepted) {
        entry.health.accepted_at = now;
    } else {
        entry.health.error = result.error;
        entry.health.error_at = now;
    }
}

void Providers::told(std::string_view name, ports::MessageState state) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(name); found != entries_.end())
        ++found->second.health.receipts[state];
}

std::vector<ports::ProviderHealth> Providers::health(Instant now) const {
    const std::lock_guard lock(mutex_);
    std::vector<ports::ProviderHealth> all;
    for (auto* sender : senders_) {
        const Entry& entry = entries_.find(sender->name())->second;
        ports::ProviderHealth health = entry.health;
        health.breaker = entry.breaker.state(now);
        if (const Instant at = entry.breaker.allows_at(now); at > now)
            health.rests_until = at;
        all.push_back(std::move(health));
    }
    return all;
}

} // namespace dialproof::delivery
