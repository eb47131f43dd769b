#include "rpc/health.h"

#include "base/run_loop.h"
#include "grpc/health/v1/health.pb.h"
#include "rpc/test_messages.h"

#include <gtest/gtest.h>

#include <string>

namespace dialproof::rpc {
namespace {

using grpc::health::v1::HealthCheckResponse;

Task<bool> answer(bool ready) { co_return ready; }
Task<void> no_time() { co_return; }

class HealthCheck : public testing::Test {
protected:
    Result<std::string, Error> ask(const std::string& service, bool ready,
                                   Encoding encoding = Encoding::protobuf) {
        const Service health = health_service(
            {"test.Service"}, [ready] { return answer(ready); }, no_time);
        EXPECT_EQ(health.name, "grpc.health.v1.Health");
        Call call;
        call.encoding = encoding;
        if (encoding == Encoding::json) {
            call.message = R"({"service":")" + service + "\"}";
        } else {
            grpc::health::v1::HealthCheckRequest request;
            request.set_service(service);
            call.message = request.SerializeAsString();
        }
        return loop_.wait_for(health.methods.front().call(std::move(call)));
    }
    HealthCheckResponse::ServingStatus status(const std::string& service, bool ready) {
        HealthCheckResponse response;
        EXPECT_TRUE(response.ParseFromString(ask(service, ready).value()));
        return response.status();
    }

    RunLoop loop_;
};

TEST_F(HealthCheck, SaysWhetherTheServerAndItsServicesServe) {
    for (const char* service : {"", "test.Service"}) {
        EXPECT_EQ(status(service, true), HealthCheckResponse::SERVING);
        EXPECT_EQ(status(service, false), HealthCheckResponse::NOT_SERVING);
    }
    EXPECT_EQ(ask("test.Service", true, Encoding::json), R"({"status":"SERVING"})");
}

TEST_F(HealthCheck, KnowsNoOtherService) {
    EXPECT_EQ(ask("other.Service", true).error().code, Code::not_found);
}

TEST_F(HealthCheck, RefusesWhatIsNoRequest) {
    const Service health = health_service(
        {}, [] { return answer(true); }, no_time);
    Call call;
    call.message = "\xFF";
    EXPECT_EQ(loop_.wait_for(health.methods.front().call(std::move(call))).error().code,
              Code::invalid_argument);
}

class HealthWatch : public testing::Test {
protected:
    static std::string question(const std::string& service) {
        grpc::health::v1::HealthCheckRequest request;
        request.set_service(service);
        return request.SerializeAsString();
    }
    std::shared_ptr<Messages> watch(std::vector<std::string> questions) {
        const Service health = health_service(
            {"test.Service"}, [this] { return answer(ready_.front()); }, [this] { return pass(); });
        return health.streaming_methods.front().call({},
                                                     std::make_shared<TestMessages>(std::move(questions)));
    }
    // After each pause comes the next of what is planned; at the end the client leaves.
    Task<void> pass() {
        if (ready_.size() > 1)
            ready_.erase(ready_.begin());
        else
            watching_->abandon();
        co_return;
    }
    std::vector<HealthCheckResponse::ServingStatus> all(std::vector<std::string> questions) {
        watching_ = watch(std::move(questions));
        std::vector<HealthCheckResponse::ServingStatus> seen;
        while (const auto message = loop_.wait_for(watching_->next()).value()) {
            HealthCheckResponse response;
            EXPECT_TRUE(response.ParseFromString(*message));
            seen.push_back(response.status());
        }
        return seen;
    }

    RunLoop loop_;
    std::vector<bool> ready_{true};
    std::shared_ptr<Messages> watching_;
};

TEST_F(HealthWatch, TellsTheStatusOnceAndThenEachChange) {
    ready_ = {true, true, false, false, true};
    EXPECT_EQ(all({question("test.Service")}),
              (std::vector{HealthCheckResponse::SERVING, HealthCheckResponse::NOT_SERVING,
                           HealthCheckResponse::SERVING}));
}

TEST_F(HealthWatch, SaysOfAnotherServiceThatItIsUnknown) {
    EXPECT_EQ(all({question("other.Service")}), std::vector{HealthCheckResponse::SERVICE_UNKNOWN});
}

TEST_F(HealthWatch, NeedsAQuestion) {
    for (const auto& questions : {std::vector<std::string>{}, {"\xFF"}})
        EXPECT_EQ(loop_.wait_for(watch(questions)->next()).error().code, Code::invalid_argument);
}

} // namespace
} // namespace dialproof::rpc
