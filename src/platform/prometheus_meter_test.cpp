#include "platform/prometheus_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace dialproof::platform {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// The number at the end of the line that begins so; -1 where there is none.
double value_of(const PrometheusMeter& meter, const std::string& series) {
    std::istringstream lines(meter.text());
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(series + ' '))
            return std::stod(line.substr(series.size() + 1));
    return -1;
}

TEST(PrometheusMeter, CountsTheWork) {
    PrometheusMeter meter("0.1.0", "plans 1");
    meter.verification_started("default", "zitadel");
    meter.verification_started("default", "zitadel");
    meter.code_checked("zitadel", "approved");
    meter.code_checked("zitadel", "code_wrong");
    meter.refused("django_phone_verify", "send_too_soon");
    meter.message_settled("file", "sent");
    meter.parts_sent("file", 2);
    meter.cost("file", {"0.25", "EUR"});
    meter.cost("file", {"0.5", "EUR"});
    meter.commit_batch(3, 1500us, 7);
    meter.commit_conflict();
    EXPECT_EQ(
        value_of(meter, R"(dialproof_verifications_started_total{dialect="zitadel",service="default"})"), 2);
    EXPECT_EQ(value_of(meter, R"(dialproof_code_checks_total{dialect="zitadel",outcome="approved"})"), 1);
    EXPECT_EQ(value_of(meter, R"(dialproof_code_checks_total{dialect="zitadel",outcome="code_wrong"})"), 1);
    EXPECT_EQ(
        value_of(meter, R"(dialproof_refusals_total{dialect="django_phone_verify",reason="send_too_soon"})"),
        1);
    EXPECT_EQ(value_of(meter, R"(dialproof_messages_settled_total{provider="file",state="sent"})"), 1);
    EXPECT_EQ(value_of(meter, R"(dialproof_message_parts_total{provider="file"})"), 2);
    EXPECT_EQ(value_of(meter, R"(dialproof_message_cost_total{currency="EUR",provider="file"})"), 0.75);
    EXPECT_EQ(value_of(meter, R"(dialproof_store_commit_batch_size_bucket{le="2"})"), 0);
    EXPECT_EQ(value_of(meter, R"(dialproof_store_commit_batch_size_bucket{le="4"})"), 1);
    EXPECT_DOUBLE_EQ(value_of(meter, "dialproof_store_commit_seconds_sum"), 0.0015);
    EXPECT_EQ(value_of(meter, "dialproof_store_commits_queued"), 7);
    EXPECT_EQ(value_of(meter, "dialproof_store_commit_conflicts_total"), 1);
    EXPECT_EQ(value_of(meter, R"(dialproof_build_info{phone_metadata="plans 1",version="0.1.0"})"), 1);
}

TEST(PrometheusMeter, CountsHttp) {
    PrometheusMeter meter("", "");
    meter.connection_opened();
    meter.connection_opened();
    meter.connection_closed();
    meter.request_ended("zitadel", "SetPhone", 200, 3ms);
    meter.rejected("too_many_connections");
    meter.set_queue_depth("outbox", 5);
    meter.set_queue_depth("outbox", 4);
    meter.set_log_lines_dropped(2);
    EXPECT_EQ(value_of(meter, "dialproof_http_connections"), 1);
    EXPECT_EQ(value_of(meter, "dialproof_http_connections_opened_total"), 2);
    EXPECT_EQ(
        value_of(meter, R"(dialproof_http_requests_total{dialect="zitadel",route="SetPhone",status="200"})"),
        1);
    EXPECT_EQ(
        value_of(meter,
                 R"(dialproof_http_request_seconds_bucket{dialect="zitadel",route="SetPhone",le="0.002"})"),
        0);
    EXPECT_EQ(
        value_of(meter,
                 R"(dialproof_http_request_seconds_bucket{dialect="zitadel",route="SetPhone",le="0.005"})"),
        1);
    EXPECT_EQ(value_of(meter, R"(dialproof_http_rejected_total{reason="too_many_connections"})"), 1);
    EXPECT_EQ(value_of(meter, R"(dialproof_queue_depth{queue="outbox"})"), 4);
    EXPECT_EQ(value_of(meter, "dialproof_log_lines_dropped"), 2);
}

TEST(PrometheusMeter, ShowsNothingThatNeverHappened) {
    EXPECT_THAT(PrometheusMeter("", "").text(), Not(HasSubstr("dialproof_http_requests_total{")));
}

TEST(PrometheusMeter, CountsUnderOtherWhenThereAreTooManyNames) {
    PrometheusMeter meter("", "");
    constexpr int room = 512, names = 600;
    for (int i = 0; i < names; ++i)
        meter.rejected("reason " + std::to_string(i));
    EXPECT_EQ(value_of(meter, R"(dialproof_http_rejected_total{reason="reason 511"})"), 1);
    EXPECT_EQ(value_of(meter, R"(dialproof_http_rejected_total{reason="reason 512"})"), -1);
    EXPECT_EQ(value_of(meter, R"(dialproof_http_rejected_total{reason="other"})"), names - room);
}

TEST(PrometheusMeter, LosesNoCountOfManyThreads) {
    PrometheusMeter meter("", "");
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i)
                    meter.refused("d" + std::to_string(i % 10), "r");
            });
    }
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(
            value_of(meter, "dialproof_refusals_total{dialect=\"d" + std::to_string(i) + "\",reason=\"r\"}"),
            400);
}

} // namespace
} // namespace dialproof::platform
