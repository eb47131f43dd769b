// What is counted, in the text format of Prometheus (names begin with dialproof_).
//
// Label values are names of ours. Should more come than a metric has room for, the rest is counted under
// "other", so memory stays bounded. Counting takes no lock once a combination of labels was seen.
#pragma once

#include "ports/meter.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace dialproof::platform {

class PrometheusMeter final : public ports::Meter {
public:
    // Both are shown by dialproof_build_info.
    PrometheusMeter(std::string_view version, std::string_view phone_metadata);
    ~PrometheusMeter() override;

    void verification_started(std::string_view service, std::string_view dialect) override;
    void code_checked(std::string_view dialect, std::string_view outcome) override;
    void refused(std::string_view dialect, std::string_view reason) override;
    void message_settled(std::string_view provider, std::string_view state) override;
    void parts_sent(std::string_view provider, unsigned parts) override;
    // Summed up as Prometheus does, with the precision of a double: each text's own price is with its
    // attempt.
    void cost(std::string_view provider, const ports::Price& price) override;
    void commit_batch(std::size_t commits, std::chrono::microseconds took, std::size_t queued) override;
    void commit_conflict() override;

    // HTTP, as the server reports it. `route` is a route's name ("SetPhone"), never a path.
    void request_ended(std::string_view dialect, std::string_view route, int status,
                       std::chrono::nanoseconds took);
    void connection_opened();
    void connection_closed();
    // What never became a request for a dialect: "too_many_connections", "header_too_large", "timeout", …
    void rejected(std::string_view reason);

    // What waits now, by the name of the queue: "outbox".
    void set_queue_depth(std::string_view queue, std::size_t depth);
    // Of the certificate in force.
    void set_certificate_expiry(Instant expires_at);
    // How far a shared database's time is ahead of the machine's.
    void set_clock_difference(Milliseconds ahead);
    // All that were dropped since the start.
    void set_log_lines_dropped(std::size_t lines);

    // The whole exposition, content type `text/plain; version=0.0.4`.
    [[nodiscard]] std::string text() const;

private:
    struct Metrics;
    std::unique_ptr<Metrics> metrics_;
};

} // namespace dialproof::platform
