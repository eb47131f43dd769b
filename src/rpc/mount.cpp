#include "rpc/mount.h"

#include "rpc/grpc_stream.h"
#include "rpc/transport.h"

#include <memory>
#include <utility>

namespace dialproof::rpc {

namespace {

http::Response plain(int status, std::string text) {
    http::Response response;
    response.status = status;
    response.headers.add("content-type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    return response;
}

http::Response unsupported_type() {
    http::Response response = plain(415, "The content type is none of gRPC, gRPC-Web or Connect.\n");
    response.headers.add("accept-post", "application/grpc, application/grpc-web, application/grpc-web-text, "
                                        "application/proto, application/json");
    return response;
}

http::Response needs_http2() {
    return plain(505, "gRPC needs HTTP/2; over HTTP/1.1 use gRPC-Web or Connect.\n");
}

http::Response unknown_method(const http::Request& request) {
    const auto format = format_of(request);
    if (!format)
        return unsupported_type();
    http::Response response =
        answer(*format, Error{Code::unimplemented, "there is no method " + request.path});
    if (format->transport == Transport::connect)
        response.status = 404;
    return response;
}

Code code_of_refusal(int status) {
    switch (status) {
    case 413:
        return Code::resource_exhausted;
    case 408:
    case 504:
        return Code::deadline_exceeded;
    case 503:
        return Code::unavailable;
    default:
        return Code::internal;
    }
}

http::Response refused(const http::Request& request, int status, std::string_view message) {
    const auto format = format_of(request);
    return format ? answer(*format, Error{code_of_refusal(status), std::string(message)})
                  : plain(status, std::string(message) + "\n");
}

std::optional<http::TimeLimit> time_limit(const http::Request& request) {
    if (!request.headers.find("grpc-timeout") && !request.headers.find("connect-timeout-ms"))
        return {};
    const auto format = format_of(request);
    if (!format)
        return {};
    const auto timeout = timeout_of(*format, request.headers);
    if (!timeout || !*timeout)
        return {};
    return http::TimeLimit{**timeout,
                           answer(*format, Error{Code::deadline_exceeded, "the deadline has passed"})};
}

// How a call begins, whichever kind it is of.
struct Head {
    Format format;
    std::optional<Milliseconds> timeout;
};

Result<Head, http::Response> read_head(const http::Request& request) {
    auto format = format_of(request);
    if (!format)
        return fail(unsupported_type());
    if (format->transport == Transport::grpc && !request.trailers_reach)
        return fail(needs_http2());
    const auto timeout = timeout_of(*format, request.headers);
    if (!timeout)
        return fail(answer(*format, timeout.error()));
    if (*timeout && **timeout <= Milliseconds(0))
        return fail(answer(*format, Error{Code::deadline_exceeded, "the deadline has passed"}));
    return Head{std::move(*format), *timeout};
}

Task<http::Response> serve(const Method& method, http::Request request) {
    auto head = read_head(request);
    if (!head)
        co_return std::move(head.error());
    const auto& format = head->format;
    auto message = unpack(format, request);
    if (!message)
        co_return answer(format, message.error());
    const bool gzip_taken = takes_gzip(format, request.headers);
    Call call{std::move(request.headers), std::move(request.caller_address), format.encoding,
              std::move(*message), head->timeout};
    auto called = method.call(std::move(call));
    auto result = co_await called;
    if (!result)
        co_return answer(format, result.error());
    co_return answer(format, std::move(*result), gzip_taken);
}

// The time that the sender allows is for the head of the answer alone; he ends the rest himself.
Task<http::Response> serve_stream(const StreamingMethod& method, http::Request request) {
    auto head = read_head(request);
    if (!head)
        co_return std::move(head.error());
    const auto& format = head->format;
    if (format.transport != Transport::grpc)
        co_return answer(format, Error{Code::unimplemented, "this method streams: call it by gRPC"});
    std::string coding(request.headers.get("grpc-encoding"));
    if (const auto known = check_coding(coding); !known)
        co_return answer(format, known.error());
    auto coming = grpc_messages(std::move(request.stream), std::move(coding));
    Call call{
        std::move(request.headers), std::move(request.caller_address), format.encoding, {}, head->timeout};
    http::Response response = begin_answer(format);
    response.stream = grpc_body(method.call(std::move(call), std::move(coming)));
    co_return std::move(response);
}

} // namespace

http::Mount mount(std::string name, std::vector<Service> services) {
    const auto kept = std::make_shared<const std::vector<Service>>(std::move(services));
    http::Mount mount;
    mount.name = std::move(name);
    for (const auto& service : *kept) {
        const std::string prefix = '/' + service.name + '/';
        mount.prefixes.push_back(prefix);
        for (const auto& method : service.methods)
            mount.routes.push_back(
                {"POST", prefix + method.name, method.name,
                 [kept, &method](http::Request request) { return serve(method, std::move(request)); }});
        for (const auto& method : service.streaming_methods)
            mount.routes.push_back(
                {"POST", prefix + method.name, method.name,
                 [kept, &method](http::Request request) { return serve_stream(method, std::move(request)); },
                 true});
    }
    mount.not_found = unknown_method;
    mount.refused = refused;
    mount.time_limit = time_limit;
    return mount;
}

} // namespace dialproof::rpc
