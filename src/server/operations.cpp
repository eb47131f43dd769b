#include "server/operations.h"

#include "server/error_response.h"

namespace dialproof::server {
namespace {

http::Response text_response(int status, const char* type, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.add("content-type", type);
    response.body = std::move(body);
    return response;
}

Task<http::Response> healthy() { co_return http::json_response(200, R"({"status":"alive"})"); }

Task<http::Response> tell_readiness(std::shared_ptr<Readiness> readiness, const std::atomic<bool>& stopping) {
    if (stopping)
        co_return http::json_response(503, R"({"status":"stopping"})");
    auto asking = readiness->ready();
    const bool is_ready = co_await asking;
    if (!is_ready)
        co_return http::json_response(503, R"({"status":"not ready"})");
    co_return http::json_response(200, R"({"status":"ready"})");
}

Task<http::Response> metrics_page(std::function<std::string()> metrics) {
    co_return text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics());
}

} // namespace

http::Mount make_operations_mount(std::shared_ptr<Readiness> readiness, std::function<std::string()> metrics,
                                  const std::atomic<bool>& stopping) {
    http::Mount mount;
    mount.name = operations_mount;
    mount.prefixes = {"/healthz", "/readyz", "/metrics"};
    mount.routes = {
        {"GET", "/healthz", "Healthy", [](http::Request) { return healthy(); }},
        {"GET", "/readyz", "Ready",
         [readiness, &stopping](http::Request) { return tell_readiness(readiness, stopping); }},
        {"GET", "/metrics", "Metrics",
         [metrics = std::move(metrics)](http::Request) { return metrics_page(metrics); }},
    };
    mount.not_found = [](const http::Request&) { return not_found_response(); };
    mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
        return method_not_allowed_response(allow);
    };
    return mount;
}

} // namespace dialproof::server
