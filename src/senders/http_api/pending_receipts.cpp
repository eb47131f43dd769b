#include "senders/http_api/pending_receipts.h"

#include <algorithm>
#include <utility>

namespace dialproof::senders {

void PendingReceipts::insert(Waiting waiting, Instant now) {
    const Instant next = now + waiting.wait;
    if (next <= waiting.text.expires_at + asked_after_expiry)
        by_time_.emplace(next, std::move(waiting));
}

void PendingReceipts::add(Text text, Instant now) {
    const std::lock_guard lock(mutex_);
    if (by_time_.size() >= max)
        by_time_.erase(by_time_.begin());
    insert({std::move(text), wait_first}, now);
}

bool PendingReceipts::any_due(Instant now) const {
    const std::lock_guard lock(mutex_);
    return !by_time_.empty() && by_time_.begin()->first <= now;
}

std::vector<PendingReceipts::Text> PendingReceipts::due(std::size_t limit, Instant now) {
    const std::lock_guard lock(mutex_);
    std::vector<Waiting> taken;
    while (taken.size() < limit && !by_time_.empty() && by_time_.begin()->first <= now) {
        taken.push_back(std::move(by_time_.begin()->second));
        by_time_.erase(by_time_.begin());
    }
    std::vector<Text> texts;
    for (auto& waiting : taken) {
        texts.push_back(waiting.text);
        waiting.wait = std::min(waiting.wait * 2, wait_max);
        insert(std::move(waiting), now);
    }
    return texts;
}

void PendingReceipts::forget(const std::string& reference) {
    const std::lock_guard lock(mutex_);
    std::erase_if(by_time_, [&](const auto& entry) { return entry.second.text.reference == reference; });
}

std::size_t PendingReceipts::size() const {
    const std::lock_guard lock(mutex_);
    return by_time_.size();
}

} // namespace dialproof::senders
