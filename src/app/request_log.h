// What the server tells, as metrics and log lines. A path may hold a number or a user, so routes are
// logged by name.
#pragma once

#include "platform/prometheus_meter.h"
#include "ports/log.h"
#include "server/observer.h"

namespace dialproof::app {

class RequestLog final : public server::Observer {
public:
    RequestLog(ports::Log& log, platform::PrometheusMeter& meter, bool requests) :
        log_(log), meter_(meter), requests_(requests) {}

    void request_done(const server::RequestDone& request) override;
    void request_rejected(std::string_view reason) override;
    void handler_failed(std::string_view request_id, std::string_view what) override;
    void connection_opened() override { meter_.connection_opened(); }
    void connection_closed() override { meter_.connection_closed(); }

private:
    ports::Log& log_;
    platform::PrometheusMeter& meter_;
    bool requests_;
};

} // namespace dialproof::app
