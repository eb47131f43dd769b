#include "app/request_log.h"

namespace dialproof::app {

void RequestLog::request_done(const server::RequestDone& request) {
    meter_.request_ended(request.mount, request.route, request.status, request.duration);
    if (requests_)
        log_.info("request", {{"request_id", request.request_id},
                              {"api", request.mount},
                              {"route", request.route},
                              {"method", request.method},
                              {"protocol", request.protocol},
                              {"status", request.status},
                              {"microseconds", request.duration.count()},
                              {"caller", request.caller_address}});
}

void RequestLog::request_rejected(std::string_view reason) {
    meter_.rejected(reason);
    {
        const Instant now = clock_.now();
        const std::lock_guard lock(mutex_);
        const auto last = rejected_at_.find(reason);
        // A clock that was set back does not silence it.
        if (last != rejected_at_.end() && now >= last->second && now - last->second < rejected_every)
            return;
        rejected_at_.insert_or_assign(std::string(reason), now);
    }
    log_.warning("request_rejected", {{"reason", reason}});
}

void RequestLog::handler_failed(std::string_view request_id, std::string_view what) {
    log_.error("handler_failed", {{"request_id", request_id}, {"what", what}});
}

} // namespace dialproof::app
