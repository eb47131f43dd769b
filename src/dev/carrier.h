// The carrier of the dev mode: it keeps what was sent for people and tests to read, in memory only, and
// behaves as it is told to.
#pragma once

#include "base/task.h"
#include "ports/clock.h"
#include "ports/receipt.h"
#include "ports/sender.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace dialproof::dev {

// What happens to a message: a receipt says delivered, or failed; it is not even taken; or nothing is
// heard of it again.
enum class CarrierOutcome { deliver, fail, refuse, silent };

std::optional<CarrierOutcome> parse_carrier_outcome(std::string_view text);

struct CarrierScript {
    CarrierOutcome outcome = CarrierOutcome::deliver;
    Seconds delay{0};   // until the receipt
    unsigned times = 1; // for so many messages
};

struct InboxMessage {
    core::MessageId id;
    core::PhoneNumber to;
    std::string text, code, channel, service;
    std::string status; // as ports::MessageState has it
    Instant created_at;
};

class Carrier final : public ports::Sender {
public:
    static constexpr std::size_t messages_max = 20'000, scripts_max = 10'000, scripts_each_max = 100;
    static constexpr std::string_view provider_name = "dev_inbox";

    Carrier(ports::ReceiptSink& sink, const ports::Clock& clock, ports::Alarm& alarm) :
        sink_(sink), clock_(clock), alarm_(alarm) {}

    [[nodiscard]] std::string_view name() const override { return provider_name; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

    // Sends receipts when they are due, until `stop`.
    Task<void> run();
    void stop();

    // For the next messages to that number, after scripts that came before. False where there are too many.
    bool script(const core::PhoneNumber& to, CarrierScript script);

    // Newest first.
    [[nodiscard]] std::vector<InboxMessage> messages(const std::optional<core::PhoneNumber>& to,
                                                     std::size_t limit) const;

private:
    struct DueReceipt {
        Instant due;
        ports::ProviderReceipt receipt;
    };

    CarrierScript next_script(const core::PhoneNumber& to);
    void keep(InboxMessage message);
    void set_status(const core::MessageId& id, ports::MessageState state);
    std::vector<ports::ProviderReceipt> take_due(Instant now);
    [[nodiscard]] Instant next_receipt(Instant otherwise) const;

    ports::ReceiptSink& sink_;
    const ports::Clock& clock_;
    ports::Alarm& alarm_;
    std::atomic<bool> stopping_ = false;

    mutable std::mutex mutex_; // held for a look-up, never over a wait
    std::uint64_t first_ = 0;  // number of the oldest message kept
    std::deque<InboxMessage> inbox_;
    std::unordered_map<std::string, std::deque<std::uint64_t>> by_number_;
    std::unordered_map<core::MessageId, std::uint64_t> by_id_;
    std::map<core::PhoneNumber, std::deque<CarrierScript>> scripts_;
    std::vector<DueReceipt> receipts_;
};

} // namespace dialproof::dev
