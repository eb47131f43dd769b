#include "client.h"

#include <charconv>

namespace dialproof::simulation {

namespace {

Reply done() {
    Reply reply;
    reply.outcome = Outcome::done;
    return reply;
}

} // namespace

Task<Reply> Client::join() { co_return done(); }
Task<Reply> Client::look() { co_return done(); }
Task<Reply> Client::remove() { co_return done(); }
Task<Reply> Client::leave() { co_return done(); }

Seconds retry_after(const http::Response& response) {
    const auto text = response.headers.get("retry-after");
    Seconds::rep seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return Seconds(seconds);
}

http::Request json_request(std::string method, std::string path, std::string body,
                           const std::string& address) {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.headers.add("content-type", "application/json");
    request.body = std::move(body);
    request.caller_address = address;
    return request;
}

std::string text_member(std::string_view body, std::string_view name) {
    std::string key(1, '"');
    key.append(name).append("\":\"");
    const auto at = body.find(key);
    if (at == std::string_view::npos)
        return {};
    const auto rest = body.substr(at + key.size());
    return std::string(rest.substr(0, rest.find('"')));
}

} // namespace dialproof::simulation
