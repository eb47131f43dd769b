// Tells those who run the server how long the certificate is good: a metric, and once a day a line in the log
// when it is time to renew it.
#pragma once

#include "base/task.h"
#include "net/tls_context.h"
#include "platform/prometheus_meter.h"
#include "ports/clock.h"
#include "ports/log.h"

#include <atomic>

namespace dialproof::app {

class CertificateWatch {
public:
    static constexpr Seconds interval{86400};

    CertificateWatch(const net::TlsContext& tls, const ports::Clock& clock, ports::Alarm& alarm,
                     platform::PrometheusMeter& meter, ports::Log& log) :
        tls_(tls),
        clock_(clock), alarm_(alarm), meter_(meter), log_(log) {}

    // There is one in force now that was not before.
    void certificate_taken();
    // Until `stop`.
    Task<void> run();
    // Safe from any thread.
    void stop();

private:
    void warn_in_time();

    const net::TlsContext& tls_;
    const ports::Clock& clock_;
    ports::Alarm& alarm_;
    platform::PrometheusMeter& meter_;
    ports::Log& log_;
    std::atomic<bool> stopping_ = false;
};

} // namespace dialproof::app
