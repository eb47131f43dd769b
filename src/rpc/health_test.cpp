#include "rpc/health.h"

#include "base/run_loop.h"
#include "grpc/health/v1/health.pb.h"

#include <gtest/gtest.h>

#include <string>

namespace dialproof::rpc {
namespace {

using grpc::health::v1::HealthCheckResponse;

Task<bool> answer(bool ready) { co_return ready; }

class HealthCheck : public testing::Test {
protected:
    Result<std::string, Error> ask(const std::string& service, bool ready,
                                   Encoding encoding = Encoding::protobuf) {
        const Service health = health_service({"test.Service"}, [ready] { return answer(ready); });
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
    const Service health = health_service({}, [] { return answer(true); });
    Call call;
    call.message = "\xFF";
    EXPECT_EQ(loop_.wait_for(health.methods.front().call(std::move(call))).error().code,
              Code::invalid_argument);
}

} // namespace
} // namespace dialproof::rpc
