#include "app/housekeeping.h"

namespace dialproof::app {

Task<void> Housekeeping::run() {
    while (!stopping_) {
        const Instant now = clock_.now();
        const auto pruned = co_await store_.prune(retention(retention_days_, now));
        if (!pruned)
            log_.error("prune_failed", {{"fault", to_text(pruned.error())}});
        else if (pruned->verifications + pruned->messages + pruned->events > 0)
            log_.info("pruned", {{"verifications", pruned->verifications},
                                 {"messages", pruned->messages},
                                 {"events", pruned->events}});
        co_await alarm_.sleep_until(now + interval);
    }
}

void Housekeeping::stop() {
    stopping_ = true;
    alarm_.wake();
}

ports::Retention retention(unsigned days, Instant now) { return {now - Seconds{86400L * days}, now}; }

} // namespace dialproof::app
