#include "app/request_log.h"

#include <gtest/gtest.h>

#include <vector>

namespace dialproof::app {
namespace {

struct HeldClock final : ports::Clock {
    Instant time{};
    [[nodiscard]] Instant now() const override { return time; }
};

struct EventsSeen final : ports::Log {
    std::vector<std::string> events;
    void write(ports::LogLevel, std::string_view event, std::initializer_list<ports::LogField>) override {
        events.emplace_back(event);
    }
};

TEST(RequestLog, LogsOneRejectionOfAReasonASecondAndCountsAll) {
    HeldClock clock;
    EventsSeen log;
    platform::PrometheusMeter meter("1", "2");
    RequestLog request_log(log, meter, clock, true);

    for (int i = 0; i < 50; ++i)
        request_log.request_rejected("overloaded");
    EXPECT_EQ(log.events.size(), 1U);
    request_log.request_rejected("header_too_large");
    EXPECT_EQ(log.events.size(), 2U);
    clock.time += RequestLog::rejected_every;
    request_log.request_rejected("overloaded");
    EXPECT_EQ(log.events.size(), 3U);
    clock.time -= Seconds{3600};
    request_log.request_rejected("overloaded");
    EXPECT_EQ(log.events.size(), 4U);
    EXPECT_NE(meter.text().find("dialproof_http_rejected_total{reason=\"overloaded\"} 52"), std::string::npos)
        << meter.text();
}

} // namespace
} // namespace dialproof::app
