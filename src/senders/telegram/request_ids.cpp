#include "senders/telegram/request_ids.h"

#include <utility>

namespace dialproof::senders {

std::optional<RequestIds::Known> RequestIds::find(const core::MessageId& message, Instant now) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(message.text);
    if (found == entries_.end() || found->second.until <= now)
        return {};
    return found->second.known;
}

void RequestIds::keep(const core::MessageId& message, std::string request, Instant until) {
    const std::lock_guard lock(mutex_);
    drop(message.text);
    while (entries_.size() >= max)
        drop(std::string(ends_.begin()->second));
    entries_[message.text] = {{std::move(request), false}, until};
    ends_.emplace(until, message.text);
}

void RequestIds::mark_sent(const core::MessageId& message) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(message.text); found != entries_.end())
        found->second.known.was_sent = true;
}

void RequestIds::forget(const core::MessageId& message) {
    const std::lock_guard lock(mutex_);
    drop(message.text);
}

void RequestIds::drop(const std::string& message) {
    const auto found = entries_.find(message);
    if (found == entries_.end())
        return;
    ends_.erase({found->second.until, message});
    entries_.erase(found);
}

std::size_t RequestIds::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

} // namespace dialproof::senders
