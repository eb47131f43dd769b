#include "platform/prometheus_meter.h"

#include "platform/name_table.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <charconv>

namespace dialproof::platform {

namespace {

// How many combinations of labels one metric may have.
constexpr std::size_t series_max = 512;
constexpr std::string_view other = "other";

// Seconds. A request waits for a commit to be on disk, some milliseconds on a good one.
const prometheus::Histogram::BucketBoundaries request_seconds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                              0.1,    0.2,   0.5,   1,     2.5,  10};
const prometheus::Histogram::BucketBoundaries commit_seconds{0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                                             0.02,   0.05,   0.1,   0.25,  1};
const prometheus::Histogram::BucketBoundaries batch_sizes{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

// The series of one family of metrics by the values of their labels. They are made when they are first
// counted, so that the exposition shows nothing that never happened.
template <typename Metric, std::size_t label_count>
class Series {
public:
    using Labels = std::array<const char*, label_count>;
    using Values = std::array<std::string_view, label_count>;

    Series(prometheus::Family<Metric>& family, const Labels& labels) : family_(family), labels_(labels) {}

    template <typename... Settings>
    Metric& at(const Values& values, const Settings&... settings) {
        if (Metric* const* found = table_.find_or_make(values, [&] { return made(values, settings...); }))
            return **found;
        Values others;
        others.fill(other);
        return *made(others, settings...); // the registry gives the same one each time
    }

private:
    template <typename... Settings>
    Metric* made(const Values& values, const Settings&... settings) {
        std::map<std::string, std::string> labels;
        for (std::size_t i = 0; i < label_count; ++i)
            labels.emplace(labels_[i], values[i]);
        return &family_.Add(labels, settings...);
    }

    prometheus::Family<Metric>& family_;
    Labels labels_;
    NameTable<Metric*, label_count, series_max> table_;
};

template <std::size_t label_count>
using Counters = Series<prometheus::Counter, label_count>;

auto& counter(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
auto& gauge(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
auto& histogram(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

} // namespace

struct PrometheusMeter::Metrics {
    prometheus::Registry registry;

    Counters<2> verifications_started{
        counter(registry, "dialproof_verifications_started_total", "Verifications that were started"),
        {"service", "dialect"}};
    Counters<2> codes_checked{
        counter(registry, "dialproof_code_checks_total", "Codes that were checked, by outcome"),
        {"dialect", "outcome"}};
    Counters<2> refusals{
        counter(registry, "dialproof_refusals_total", "Commands that the rules refused, by reason"),
        {"dialect", "reason"}};
    Counters<2> messages_settled{counter(registry, "dialproof_messages_settled_total",
                                         "Messages by the state that a provider left them in"),
                                 {"provider", "state"}};
    Counters<1> parts_sent{counter(registry, "dialproof_message_parts_total",
                                   "Short messages that a provider was given, or may have been"),
                           {"provider"}};
    Counters<2> cost{
        counter(registry, "dialproof_message_cost_total", "What texts cost, as their providers told"),
        {"provider", "currency"}};

    prometheus::Histogram& batch_size =
        histogram(registry, "dialproof_store_commit_batch_size", "Commits that were made durable together")
            .Add({}, batch_sizes);
    prometheus::Histogram& commit_time =
        histogram(registry, "dialproof_store_commit_seconds", "Time to make one batch of commits durable")
            .Add({}, commit_seconds);
    prometheus::Gauge& commits_queued =
        gauge(registry, "dialproof_store_commits_queued", "Commits that waited when the last batch was taken")
            .Add({});
    prometheus::Counter& commit_conflicts = counter(registry, "dialproof_store_commit_conflicts_total",
                                                    "Commits that were decided on a stale row")
                                                .Add({});

    Counters<3> requests{counter(registry, "dialproof_http_requests_total", "Requests that were answered"),
                         {"dialect", "route", "status"}};
    Series<prometheus::Histogram, 2> request_times{histogram(registry, "dialproof_http_request_seconds",
                                                             "Time from a whole request to its whole answer"),
                                                   {"dialect", "route"}};
    prometheus::Gauge& connections =
        gauge(registry, "dialproof_http_connections", "Open connections").Add({});
    prometheus::Counter& connections_opened =
        counter(registry, "dialproof_http_connections_opened_total", "Connections that were accepted")
            .Add({});
    Counters<1> rejections{
        counter(registry, "dialproof_http_rejected_total",
                "Requests and connections that were turned away before any dialect saw them"),
        {"reason"}};

    Series<prometheus::Gauge, 1> queue_depths{
        gauge(registry, "dialproof_queue_depth", "What waits in a queue"), {"queue"}};
    // Shown where there is a certificate.
    prometheus::Family<prometheus::Gauge>& certificate_expiry =
        gauge(registry, "dialproof_tls_certificate_expires_timestamp_seconds",
              "When the TLS certificate expires, in seconds since 1970");
    // Shown where there is a database that others share.
    prometheus::Family<prometheus::Gauge>& clock_difference =
        gauge(registry, "dialproof_clock_difference_seconds",
              "How far the time of the shared database is ahead of this machine's");
    prometheus::Gauge& log_lines_dropped = gauge(registry, "dialproof_log_lines_dropped",
                                                 "Log lines lost since the start, because nobody took them")
                                               .Add({});
};

PrometheusMeter::PrometheusMeter(std::string_view version, std::string_view phone_metadata) :
    metrics_(std::make_unique<Metrics>()) {
    gauge(metrics_->registry, "dialproof_build_info", "What runs here; always 1")
        .Add({{"version", std::string(version)}, {"phone_metadata", std::string(phone_metadata)}})
        .Set(1);
}

PrometheusMeter::~PrometheusMeter() = default;

void PrometheusMeter::verification_started(std::string_view service, std::string_view dialect) {
    metrics_->verifications_started.at({service, dialect}).Increment();
}

void PrometheusMeter::code_checked(std::string_view dialect, std::string_view outcome) {
    metrics_->codes_checked.at({dialect, outcome}).Increment();
}

void PrometheusMeter::refused(std::string_view dialect, std::string_view reason) {
    metrics_->refusals.at({dialect, reason}).Increment();
}

void PrometheusMeter::message_settled(std::string_view provider, std::string_view state) {
    metrics_->messages_settled.at({provider, state}).Increment();
}

void PrometheusMeter::parts_sent(std::string_view provider, unsigned parts) {
    metrics_->parts_sent.at({provider}).Increment(parts);
}

void PrometheusMeter::cost(std::string_view provider, const ports::Price& price) {
    double amount = 0;
    std::from_chars(price.amount.data(), price.amount.data() + price.amount.size(), amount);
    metrics_->cost.at({provider, price.currency}).Increment(amount);
}

void PrometheusMeter::commit_batch(std::size_t commits, std::chrono::microseconds took, std::size_t queued) {
    metrics_->batch_size.Observe(static_cast<double>(commits));
    metrics_->commit_time.Observe(std::chrono::duration<double>(took).count());
    metrics_->commits_queued.Set(static_cast<double>(queued));
}

void PrometheusMeter::commit_conflict() { metrics_->commit_conflicts.Increment(); }

void PrometheusMeter::request_ended(std::string_view dialect, std::string_view route, int status,
                                    std::chrono::nanoseconds took) {
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), status).ptr;
    const std::string_view status_text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    metrics_->requests.at({dialect, route, status_text}).Increment();
    metrics_->request_times.at({dialect, route}, request_seconds)
        .Observe(std::chrono::duration<double>(took).count());
}

void PrometheusMeter::connection_opened() {
    metrics_->connections.Increment();
    metrics_->connections_opened.Increment();
}

void PrometheusMeter::connection_closed() { metrics_->connections.Decrement(); }

void PrometheusMeter::rejected(std::string_view reason) { metrics_->rejections.at({reason}).Increment(); }

void PrometheusMeter::set_queue_depth(std::string_view queue, std::size_t depth) {
    metrics_->queue_depths.at({queue}).Set(static_cast<double>(depth));
}

void PrometheusMeter::set_certificate_expiry(Instant expires_at) {
    const auto seconds = std::chrono::floor<Seconds>(expires_at.time_since_epoch());
    metrics_->certificate_expiry.Add({}).Set(static_cast<double>(seconds.count()));
}

void PrometheusMeter::set_clock_difference(Milliseconds ahead) {
    metrics_->clock_difference.Add({}).Set(std::chrono::duration<double>(ahead).count());
}

void PrometheusMeter::set_log_lines_dropped(std::size_t lines) {
    metrics_->log_lines_dropped.Set(static_cast<double>(lines));
}

std::string PrometheusMeter::text() const {
    return prometheus::TextSerializer().Serialize(metrics_->registry.Collect());
}

} // namespace dialproof::platform
