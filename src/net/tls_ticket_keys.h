// The keys that session tickets are sealed with (RFC 5077 section 4, RFC 8446 section 4.6.1). They live in
// this process alone and change on their own: whoever gets one cannot open what was recorded long before it.
#pragma once

#include "base/instant.h"

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

namespace dialproof::net {

class TlsTicketKeys {
public:
    using Clock = std::chrono::steady_clock;
    // A key seals tickets for so long, and opens them for as long again: a ticket is good for this time at
    // least.
    static constexpr Seconds key_time{2 * 3600};

    using Name = std::array<unsigned char, 16>;
    struct Key {
        Name name{};
        std::array<unsigned char, 32> cipher_key{}, mac_key{};
    };

    explicit TlsTicketKeys(std::function<Clock::time_point()> now = Clock::now) : now_(std::move(now)) {}
    TlsTicketKeys(const TlsTicketKeys&) = delete;
    TlsTicketKeys& operator=(const TlsTicketKeys&) = delete;
    ~TlsTicketKeys();

    // Any thread.
    Key newest();
    struct Found {
        Key key;
        bool is_newest = false;
    };
    std::optional<Found> find(const Name& name);

private:
    void turn();

    const std::function<Clock::time_point()> now_;
    std::mutex mutex_;
    Clock::time_point made_at_;
    std::optional<Key> newest_, before_;
};

} // namespace dialproof::net
