// What the two versions of HTTP have of the listener whose connections they serve. Only for the files of this
// folder.
#pragma once

#include "net/connection.h"
#include "net/http_listener.h"
#include "net/response_fields.h"

#include <optional>
#include <string>
#include <unordered_set>

namespace dialproof::net {

// While stopping: for answers that are a stream, of which nobody knows when they would end by themselves.
inline constexpr Milliseconds streams_end_time{1'000};
// What a client that is no longer listened to may send before the socket is closed.
inline constexpr std::size_t linger_bytes_max = 256 * 1024;
// While stopping: for the first byte of a connection that was waiting to be accepted.
inline constexpr Milliseconds late_arrival_time{500};

// Something that has to do with a stop before its connection is idle.
class Stoppable {
public:
    virtual void stop() = 0;

protected:
    ~Stoppable() = default;
};

// Of one loop, and touched on it alone.
struct Serving {
    EventLoop& loop;
    const Limits& limits;
    HttpService& service;
    HttpDate date{};
    IdleConnections idle{};
    std::unordered_set<Stoppable*> stoppable{};
    bool stopping = false;
};

// Serves requests until the connection is to be closed. Gives the bytes that came where the client speaks
// HTTP/2: they are for `serve_http2`.
Task<std::optional<std::string>> serve_http1(Serving& serving, Connection& connection);
// Serves requests until the connection is to be closed. `begun` are the bytes that came before.
Task<void> serve_http2(Serving& serving, Connection& connection, std::string begun);

// Answers what is no request, or one too many, and ends the connection. `head` is what came of it.
Task<void> refuse_http1(Serving& serving, Connection& connection, HttpError error, http::Request head = {});
// Says in HTTP/2 that no request was looked at, and ends the connection.
Task<void> refuse_http2(Serving& serving, Connection& connection);

// What a streaming answer says next. Owns the stream until it has said so.
Task<std::optional<std::string>> next_piece(std::shared_ptr<http::ResponseStream> stream);

// RFC 9112 section 9.6: to close while the other side still sends may cost it the answer, for the reset
// that follows overtakes what it has not read yet. So it may read for a while, and what it sends is dropped.
Task<void> linger(Serving& serving, Connection& connection);

} // namespace dialproof::net
