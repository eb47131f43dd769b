// HTTP as values (RFC 9110): what a handler sees of a request and says in a response. Nothing here
// knows which version of HTTP carried it.
#pragma once

#include "base/instant.h"
#include "base/task.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::http {

// Fields in the order they came; names are lower case.
class Headers {
public:
    // The first field of that (lower case) name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    // The same, or empty.
    [[nodiscard]] std::string_view get(std::string_view name) const { return find(name).value_or(""); }
    void add(std::string name, std::string value);
    // Replaces all fields of that name.
    void set(std::string_view name, std::string value);

    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// A body that comes piece by piece, for a call that is a conversation. One reads at a time.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    // The next piece, never empty; nothing once the body has ended, or its rest will not come.
    virtual Task<std::optional<std::string>> next() = 0;
};

// A body that is still being made. Once `next` gives nothing, `trailers` says what follows it.
class ResponseStream : public BodyStream {
public:
    [[nodiscard]] virtual Headers trailers() const { return {}; }
    // The client is gone: a `next` that is under way should not wait for long. None follows.
    virtual void abandon() {}
};

struct Request {
    std::string method; // as sent: "GET"
    std::string path;   // still percent-encoded, without the query
    std::string query;  // still percent-encoded, without '?'
    Headers headers;
    std::string body;
    std::shared_ptr<BodyStream> stream; // of a streaming route, whose `body` is empty; else null
    bool trailers_reach = false;        // whether those of the response do: HTTP/2

    std::string caller_address; // IP address text of who calls, behind trusted proxies
    std::string id;             // request id, for the log and the X-Request-Id header
    std::map<std::string, std::string, std::less<>> path_parameters; // decoded, by the router
};

struct Response {
    int status = 200;
    Headers headers; // Content-Length, Date and Connection are the server's to add
    std::string body;
    std::shared_ptr<ResponseStream> stream; // where there is one: what follows `body`
    Headers trailers;                       // after a body without a stream; dropped where they do not reach
};

using Handler = std::function<Task<Response>(Request)>;

struct Route {
    std::string method;
    std::string pattern; // "/v2/users/{user_id}/phone": a {name} matches one whole segment
    std::string name;    // for metrics and logs: "SetPhone"
    Handler handler;
    bool streaming = false; // the handler begins with the head, and reads the body itself
};

// How long a request may take by the word of its sender, and what he is told when it is late.
struct TimeLimit {
    Milliseconds within;
    Response late;
};

// One wire API: its routes, and how it says that there is none.
struct Mount {
    std::string name; // of the dialect, for metrics: "zitadel"
    // All paths that start so belong to this mount: "/v2/" or "/api/phone". The longest match wins.
    std::vector<std::string> prefixes;
    std::vector<Route> routes;
    std::function<Response(const Request&)> not_found;
    // `allow` is the value of the Allow header: "GET, PUT".
    std::function<Response(const Request&, const std::string& allow)> method_not_allowed;
    // How this API says what the server refuses before a handler has seen it: 413 too large, 503 too busy.
    std::function<Response(const Request&, int status, std::string_view message)> refused;
    std::function<std::optional<TimeLimit>(const Request&)> time_limit;
};

Response json_response(int status, std::string body);

// Every "%41" as the byte that it stands for, also "%2F" and "%00"; nothing where two digits do not follow.
// Of a target's path or of one of its segments: "?" and "+" are bytes like any other.
std::optional<std::string> percent_decoded(std::string_view text);

std::string_view reason_phrase(int status);

} // namespace dialproof::http
