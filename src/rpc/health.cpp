#include "rpc/health.h"

#include "grpc/health/v1/health.pb.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

namespace dialproof::rpc {

namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

struct Health {
    std::vector<std::string> services;
    std::function<Task<bool>()> ready;
    std::function<Task<void>()> pause;

    [[nodiscard]] bool knows(const std::string& service) const {
        return service.empty() || std::find(services.begin(), services.end(), service) != services.end();
    }
};

HealthCheckResponse::ServingStatus status_of(bool ready) {
    return ready ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

Error no_request() { return {Code::invalid_argument, "the request is no grpc.health.v1.HealthCheckRequest"}; }

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
        co_return fail(no_request());
    if (!health->knows(request.service()))
        co_return fail(Error{Code::not_found, "there is no such service"});
    auto asking = health->ready();
    const bool ready = co_await asking;
    HealthCheckResponse response;
    response.set_status(status_of(ready));
    co_return written(response, call.encoding);
}

// The status as it is, and as often as it changes.
class Watch final : public Messages {
public:
    Watch(std::shared_ptr<const Health> health, std::shared_ptr<Messages> questions) :
        health_(std::move(health)), questions_(std::move(questions)) {}

    Task<Result<std::optional<std::string>, Error>> next() override {
        if (!last_) {
            auto coming = questions_->next();
            const auto question = co_await coming;
            if (!question)
                co_return fail(question.error());
            if (!*question || !request_.ParseFromString(**question))
                co_return fail(no_request());
        }
        while (!abandoned_) {
            auto asking = status();
            const auto now = co_await asking;
            if (std::exchange(last_, now) != now) {
                HealthCheckResponse response;
                response.set_status(now);
                co_return response.SerializeAsString();
            }
            auto pausing = health_->pause();
            co_await pausing;
        }
        co_return std::nullopt;
    }
    void abandon() override { abandoned_ = true; }

private:
    Task<HealthCheckResponse::ServingStatus> status() {
        if (!health_->knows(request_.service()))
            co_return HealthCheckResponse::SERVICE_UNKNOWN;
        auto asking = health_->ready();
        co_return status_of(co_await asking);
    }

    std::shared_ptr<const Health> health_;
    std::shared_ptr<Messages> questions_;
    HealthCheckRequest request_;
    std::optional<HealthCheckResponse::ServingStatus> last_;
    bool abandoned_ = false;
};

} // namespace

Service health_service(std::vector<std::string> services, std::function<Task<bool>()> ready,
                       std::function<Task<void>()> pause) {
    const auto health =
        std::make_shared<const Health>(Health{std::move(services), std::move(ready), std::move(pause)});
    return {"grpc.health.v1.Health",
            {{"Check", [health](Call call) { return check(health, std::move(call)); }}},
            {{"Watch", [health](Call, std::shared_ptr<Messages> questions) {
                  return std::make_shared<Watch>(health, std::move(questions));
              }}}};
}

} // namespace dialproof::rpc
