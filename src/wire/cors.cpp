#include "wire/cors.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace dialproof::http {

namespace {

constexpr const char* preflight_seconds = "7200"; // no browser remembers one for longer

using Policy = std::shared_ptr<const CorsPolicy>;

// What Access-Control-Allow-Origin says; empty where that origin may not call, or there is none.
std::string allowed_origin(const CorsPolicy& policy, std::string_view origin) {
    if (origin.empty())
        return {};
    for (const auto& each : policy.origins)
        if (each == "*" || each == origin)
            return each;
    return {};
}

void let_read(Response& response, const CorsPolicy& policy, std::string_view origin) {
    response.headers.add("vary", "origin");
    const auto allowed = allowed_origin(policy, origin);
    if (allowed.empty())
        return;
    response.headers.set("access-control-allow-origin", allowed);
    if (!policy.exposed_headers.empty())
        response.headers.set("access-control-expose-headers", policy.exposed_headers);
}

Task<Response> serve(Policy policy, Handler handler, Request request) {
    const std::string origin(request.headers.get("origin"));
    auto handling = handler(std::move(request));
    auto response = co_await handling;
    let_read(response, *policy, origin);
    co_return response;
}

Task<Response> preflight(Policy policy, std::string methods, Request request) {
    Response response;
    response.status = 204;
    response.headers.add("allow", methods + ", OPTIONS");
    response.headers.add("vary", "origin");
    if (const auto allowed = allowed_origin(*policy, request.headers.get("origin")); !allowed.empty()) {
        response.headers.add("access-control-allow-origin", allowed);
        response.headers.add("access-control-allow-methods", methods);
        response.headers.add("access-control-allow-headers", policy->allowed_headers);
        response.headers.add("access-control-max-age", preflight_seconds);
    }
    co_return response;
}

} // namespace

Mount with_cors(Mount mount, CorsPolicy of_mount) {
    if (of_mount.origins.empty())
        return mount;
    const Policy policy = std::make_shared<const CorsPolicy>(std::move(of_mount));
    std::map<std::string, std::string> methods; // by pattern
    for (auto& route : mount.routes) {
        auto& of_pattern = methods[route.pattern];
        of_pattern += (of_pattern.empty() ? "" : ", ") + route.method;
        route.handler = [policy, handler = std::move(route.handler)](Request request) {
            return serve(policy, handler, std::move(request));
        };
    }
    for (const auto& [pattern, all] : methods)
        mount.routes.push_back({"OPTIONS", pattern, "Preflight", [policy, all = all](Request request) {
                                    return preflight(policy, all, std::move(request));
                                }});
    const auto let_read_of = [&policy](auto& refusal) {
        if (refusal)
            refusal = [policy, inner = std::move(refusal)](const Request& request, const auto&... why) {
                auto response = inner(request, why...);
                let_read(response, *policy, request.headers.get("origin"));
                return response;
            };
    };
    let_read_of(mount.not_found);
    let_read_of(mount.method_not_allowed);
    let_read_of(mount.refused);
    if (mount.time_limit)
        mount.time_limit = [policy, inner = std::move(mount.time_limit)](const Request& request) {
            auto limit = inner(request);
            if (limit)
                let_read(limit->late, *policy, request.headers.get("origin"));
            return limit;
        };
    return mount;
}

} // namespace dialproof::http
