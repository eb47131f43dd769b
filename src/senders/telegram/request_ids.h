// Which request id a message has at the provider, while its code lives. Bounded: over `max` the one that ends
// first is forgotten, and its message would be paid for again.
#pragma once

#include "base/instant.h"
#include "core/ids.h"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace dialproof::senders {

// Safe from any thread.
class RequestIds {
public:
    static constexpr std::size_t max = 10'000;

    struct Known {
        std::string request;
        bool was_sent = false; // a send with it may have arrived
    };

    [[nodiscard]] std::optional<Known> find(const core::MessageId& message, Instant now);
    void keep(const core::MessageId& message, std::string request, Instant until);
    void mark_sent(const core::MessageId& message);
    void forget(const core::MessageId& message);
    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        Known known;
        Instant until;
    };

    void drop(const std::string& message);

    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::set<std::pair<Instant, std::string>> ends_; // of the same entries
};

} // namespace dialproof::senders
