// What the server tells, as metrics and log lines. A path may hold a number or a user, so routes are
// logged by name.
#pragma once

#include "platform/prometheus_meter.h"
#include "ports/clock.h"
#include "ports/log.h"
#include "server/observer.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace dialproof::app {

class RequestLog final : public server::Observer {
public:
    static constexpr Seconds rejected_every{1};

    RequestLog(ports::Log& log, platform::PrometheusMeter& meter, const ports::Clock& clock, bool requests) :
        log_(log), meter_(meter), clock_(clock), requests_(requests) {}

    void request_done(const server::RequestDone& request) override;
    // Each is counted; of those with one reason, one a second is logged: strangers can make very many.
    void request_rejected(std::string_view reason) override;
    void handler_failed(std::string_view request_id, std::string_view what) override;
    void connection_opened() override { meter_.connection_opened(); }
    void connection_closed() override { meter_.connection_closed(); }

private:
    ports::Log& log_;
    platform::PrometheusMeter& meter_;
    const ports::Clock& clock_;
    bool requests_;

    std::mutex mutex_;
    std::map<std::string, Instant, std::less<>> rejected_at_; // by reason, of which there are few
};

} // namespace dialproof::app
