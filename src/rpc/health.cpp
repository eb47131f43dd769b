#include "rpc/health.h"

#include "grpc/health/v1/health.pb.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

namespace dialproof::rpc {

namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

struct Health {
    std::vector<std::string> services;
    std::function<Task<bool>()> ready;
};

bool read(const Call& call, HealthCheckRequest& request) {
    if (call.encoding == Encoding::protobuf)
        return request.ParseFromString(call.message);
    return call.message.empty() || google::protobuf::util::JsonStringToMessage(call.message, &request).ok();
}

std::string written(const HealthCheckResponse& response, Encoding encoding) {
    if (encoding == Encoding::protobuf)
        return response.SerializeAsString();
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(response, &json).ok())
        std::abort(); // one number
    return json;
}

Task<Result<std::string, Error>> check(std::shared_ptr<const Health> health, Call call) {
    HealthCheckRequest request;
    if (!read(call, request))
        co_return fail(Error{Code::invalid_argument, "the request is no grpc.health.v1.HealthCheckRequest"});
    const auto& known = health->services;
    const std::string& asked = request.service();
    if (!asked.empty() && std::find(known.begin(), known.end(), asked) == known.end())
        co_return fail(Error{Code::not_found, "there is no such service"});
    auto asking = health->ready();
    const bool ready = co_await asking;
    HealthCheckResponse response;
    response.set_status(ready ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
    co_return written(response, call.encoding);
}

} // namespace

Service health_service(std::vector<std::string> services, std::function<Task<bool>()> ready) {
    const auto health = std::make_shared<const Health>(Health{std::move(services), std::move(ready)});
    return {"grpc.health.v1.Health",
            {{"Check", [health](Call call) { return check(health, std::move(call)); }}}};
}

} // namespace dialproof::rpc
