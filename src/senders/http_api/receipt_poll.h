// Asks a provider for the receipts that it does not tell, for as long as the program runs.
#pragma once

#include "ports/clock.h"
#include "ports/receipt.h"
#include "senders/http_api/http_api_sender.h"

#include <atomic>

namespace dialproof::senders {

class ReceiptPoll {
public:
    static constexpr Seconds look_again{2};

    // All outlive it; the alarm is of this alone.
    ReceiptPoll(HttpApiSender& sender, ports::ReceiptSink& sink, ports::Alarm& alarm,
                const ports::Clock& clock) :
        sender_(sender),
        sink_(sink), alarm_(alarm), clock_(clock) {}

    // Until `stop`.
    Task<void> run();
    void stop();

private:
    Task<void> ask();

    HttpApiSender& sender_;
    ports::ReceiptSink& sink_;
    ports::Alarm& alarm_;
    const ports::Clock& clock_;
    std::atomic<bool> stopping_ = false;
};

} // namespace dialproof::senders
