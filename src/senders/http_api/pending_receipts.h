// Texts whose receipts are to be asked for, because their provider tells none. They are in memory alone:
// after a restart the texts of before stay `sent`.
#pragma once

#include "base/instant.h"
#include "core/ids.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace dialproof::senders {

// Safe from any thread.
class PendingReceipts {
public:
    // Asked after `wait_first`, then each time after twice as long; no more once the code was dead for a
    // while.
    static constexpr Seconds wait_first{5}, wait_max{80}, asked_after_expiry{300};
    static constexpr std::size_t max = 10'000;

    struct Text {
        std::string reference;
        core::MessageId message;
        unsigned attempt = 0;
        Instant expires_at; // of its code
    };

    // Where there are too many, the one that is asked for next is forgotten.
    void add(Text text, Instant now);
    [[nodiscard]] bool any_due(Instant now) const;
    // At most so many of those whose time has come; each waits for its next time now.
    std::vector<Text> due(std::size_t limit, Instant now);
    // Its end is known.
    void forget(const std::string& reference);
    [[nodiscard]] std::size_t size() const;

private:
    struct Waiting {
        Text text;
        Seconds wait{};
    };

    void insert(Waiting waiting, Instant now);

    mutable std::mutex mutex_;
    std::multimap<Instant, Waiting> by_time_;
};

} // namespace dialproof::senders
