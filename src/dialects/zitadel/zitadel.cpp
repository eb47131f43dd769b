#include "dialects/zitadel/zitadel.h"

#include "base/json_writer.h"
#include "dialects/zitadel/authentication.h"
#include "dialects/zitadel/rpc_method.h"
#include "dialects/zitadel/user_service.h"
#include "rpc/mount.h"
#include "wire/cors.h"
#include "zitadel/message.pb.h"

namespace dialproof::dialects {

namespace {

using zitadel::RpcCode;
using zitadel::RpcError;

// What the clients of browsers send, and read.
constexpr const char* cors_allowed =
    "authorization, content-type, x-grpc-web, x-user-agent, grpc-timeout, connect-protocol-version, "
    "connect-timeout-ms, x-zitadel-orgid";
constexpr const char* cors_exposed = "grpc-status, grpc-message, grpc-status-details-bin";

constexpr std::string_view path_prefix = "/v2/", beta_path_prefix = "/v2beta/";

std::string body_of(const RpcError& error) {
    JsonWriter body;
    body.begin_object().member("code", static_cast<int>(error.code)).member("message", error.text());
    if (!error.id.empty()) {
        body.key("details").begin_array().begin_object();
        body.member("@type", "type.googleapis.com/zitadel.v1.ErrorDetail");
        body.member("id", error.id).member("message", error.message);
        body.end_object().end_array();
    }
    return body.end_object().take();
}

http::Response response_of(const RpcError& error) {
    http::Response response = http::json_response(rpc::http_status(error.code), body_of(error));
    if (error.code == RpcCode::unauthenticated)
        response.headers.add("www-authenticate", error.text());
    if (error.retry_after)
        response.headers.add("retry-after", std::to_string(error.retry_after->count()));
    return response;
}

zitadel::RpcMetadata metadata_of(const http::Headers& headers, std::string caller_address) {
    return {std::string(headers.get("authorization")), std::string(headers.get("x-zitadel-orgid")),
            std::string(headers.get("accept-language")), std::move(caller_address),
            flows::client_hint_of(headers)};
}

zitadel::RpcCall call_of(http::Request request) {
    zitadel::RpcCall call;
    call.metadata = metadata_of(request.headers, std::move(request.caller_address));
    if (request.method != "GET" && request.method != "DELETE") // these carry everything in the path
        call.message = std::move(request.body);
    if (const auto id = request.path_parameters.find("user_id"); id != request.path_parameters.end())
        call.user_id = id->second;
    return call;
}

Task<http::Response> serve(const zitadel::RpcMethod& method, http::Request request) {
    auto call = call_of(std::move(request));
    auto answer = co_await method.call(std::move(call));
    if (!answer)
        co_return response_of(answer.error());
    co_return http::json_response(200, std::move(*answer));
}

rpc::Error error_of(const RpcError& error) {
    rpc::Error made{error.code, error.text(), {}, error.retry_after};
    if (!error.id.empty()) {
        ::zitadel::v1::ErrorDetail detail;
        detail.set_id(error.id);
        detail.set_message(error.message);
        made.details.push_back({detail.GetTypeName(), detail.SerializeAsString()});
    }
    return made;
}

Task<Result<std::string, rpc::Error>> serve_call(const zitadel::RpcMethod& method, const ports::Clock& clock,
                                                 rpc::Call made) {
    zitadel::RpcCall call;
    call.metadata = metadata_of(made.metadata, std::move(made.caller_address));
    if (made.timeout)
        call.metadata.deadline = clock.now() + *made.timeout;
    const auto deadline = call.metadata.deadline;
    call.encoding = made.encoding;
    call.message = std::move(made.message);
    auto called = method.call(std::move(call));
    auto answer = co_await called;
    if (!answer && deadline && clock.now() >= *deadline)
        co_return fail(rpc::Error{RpcCode::deadline_exceeded, "the deadline has passed"});
    if (!answer)
        co_return fail(error_of(answer.error()));
    co_return std::move(*answer);
}

http::Response not_found() { return response_of(RpcError{RpcCode::not_found, "Not Found", {}, {}}); }

http::Response method_not_allowed(const std::string& allow) {
    http::Response response =
        http::json_response(405, body_of(RpcError{RpcCode::unimplemented, "Method Not Allowed", {}, {}}));
    response.headers.add("allow", allow);
    return response;
}

} // namespace

struct Zitadel::Parts {
    Parts(flows::Users& users, flows::Access& access, const ports::NumberingPlan& plan,
          const ports::Clock& with_clock, ports::Random& random, ZitadelConfig config) :
        clock(with_clock),
        organisations(std::move(config.organisations)), authentication(access, organisations),
        service(users, plan, clock, random, organisations, std::move(config.default_region)),
        methods(zitadel::methods_of(service, authentication)), cors_origins(std::move(config.cors_origins)) {}

    const ports::Clock& clock;
    zitadel::Organisations organisations;
    zitadel::Authentication authentication;
    zitadel::UserService service;
    std::vector<zitadel::RpcMethod> methods;
    std::vector<std::string> cors_origins;
};

Zitadel::Zitadel(flows::Users& users, flows::Access& access, const ports::NumberingPlan& plan,
                 const ports::Clock& clock, ports::Random& random, ZitadelConfig config) :
    parts_(std::make_shared<const Parts>(users, access, plan, clock, random, std::move(config))) {}

std::vector<std::string> Zitadel::service_names() {
    return {"zitadel.user.v2.UserService", "zitadel.user.v2beta.UserService"};
}

std::vector<rpc::Service> Zitadel::services() const {
    std::vector<rpc::Service> services;
    for (auto& called : service_names()) {
        auto& service = services.emplace_back(rpc::Service{std::move(called), {}});
        for (const auto& method : parts_->methods)
            service.methods.push_back({std::string(method.name()), [parts = parts_, &method](rpc::Call call) {
                                           return serve_call(method, parts->clock, std::move(call));
                                       }});
    }
    return services;
}

std::vector<http::Mount> Zitadel::mounts() const {
    const http::CorsPolicy policy{parts_->cors_origins, cors_allowed, cors_exposed};
    return {http::with_cors(rest(), policy),
            http::with_cors(rpc::mount(std::string(name), services()), policy)};
}

http::Mount Zitadel::rest() const {
    http::Mount mount;
    mount.name = name;
    mount.prefixes = {std::string(path_prefix), std::string(beta_path_prefix)};
    for (const auto& method : parts_->methods) {
        const auto handler = [parts = parts_, &method](http::Request request) {
            return serve(method, std::move(request));
        };
        const std::string verb(method.verb), path(method.path), called(method.name());
        mount.routes.push_back({verb, path, called, handler});
        const std::string beta = std::string(beta_path_prefix) + path.substr(path_prefix.size());
        mount.routes.push_back({verb, beta, called, handler});
    }
    mount.not_found = [](const http::Request&) { return not_found(); };
    mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
        return method_not_allowed(allow);
    };
    return mount;
}

} // namespace dialproof::dialects
