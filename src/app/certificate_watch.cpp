#include "app/certificate_watch.h"

#include "app/tls_files.h"

namespace dialproof::app {

void CertificateWatch::certificate_taken() {
    const Instant expires_at = tls_.expires_at();
    meter_.set_certificate_expiry(expires_at);
    log_.info("tls_certificate", {{"expires_at", to_rfc3339(expires_at)}});
    warn_in_time();
}

void CertificateWatch::warn_in_time() {
    if (const auto warning = expiry_warning(tls_.expires_at(), clock_.now()))
        log_.warning("tls_certificate_expires", {{"message", *warning}});
}

Task<void> CertificateWatch::run() {
    while (!stopping_) {
        co_await alarm_.sleep_until(clock_.now() + interval);
        if (!stopping_)
            warn_in_time();
    }
}

void CertificateWatch::stop() {
    stopping_ = true;
    alarm_.wake();
}

} // namespace dialproof::app
