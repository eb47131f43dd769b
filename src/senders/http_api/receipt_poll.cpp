#include "senders/http_api/receipt_poll.h"

namespace dialproof::senders {

Task<void> ReceiptPoll::run() {
    while (!stopping_) {
        if (sender_.receipts_are_due()) {
            auto asking = ask();
            co_await asking;
            continue;
        }
        const Instant when = clock_.now() + look_again;
        auto sleeping = alarm_.sleep_until(when);
        co_await sleeping;
    }
}

Task<void> ReceiptPoll::ask() {
    auto asking = sender_.ask_for_receipts();
    auto receipts = co_await asking;
    for (auto& receipt : receipts) {
        const auto reference = receipt.references.front();
        const bool is_end = ports::is_final(receipt.state);
        auto taking = sink_.take(std::move(receipt));
        const auto taken = co_await taking;
        if (taken && is_end) // else it is asked for once more
            sender_.forget_receipt(reference);
    }
}

void ReceiptPoll::stop() {
    stopping_ = true;
    alarm_.wake();
}

} // namespace dialproof::senders
