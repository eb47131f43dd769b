// One HTTP/2 connection of a server, without a socket (RFC 9113): bytes in, bytes out, requests out, answers
// in. nghttp2 does the framing, HPACK and flow control; here are the limits, the same strictness as for
// HTTP/1.1, and the defences. Requests come as events, in the order in which their bytes came.
#pragma once

#include "net/http2_patience.h"
#include "net/http_error.h"
#include "net/limits.h"
#include "wire/http.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace dialproof::net {

// The first bytes of a client (RFC 9113 section 3.4).
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

class Http2Session {
public:
    using Clock = Http2Patience::Clock;
    using Stream = std::int32_t;

    // Requests that may be under way on one connection.
    static constexpr std::uint32_t streams_max = 128;

    // A request's head has come; its body is still to come.
    struct BodyAwaited {
        Stream stream;
    };
    // A request, whole; or at its head where it `streams`, followed by pieces and the end of its body.
    struct RequestCame {
        Stream stream;
        http::Request request; // caller_address, id and stream are empty
        bool streams;
    };
    struct PieceCame {
        Stream stream;
        std::string bytes;
    };
    struct BodyEnded {
        Stream stream;
    };
    // It breaks a limit or a rule that leaves the connection whole: to be answered. The head is there as far
    // as it was read.
    struct RequestRefused {
        Stream stream;
        HttpError error;
        http::Request head;
    };
    // All that was given to `send` has gone: the next piece may come.
    struct PieceTaken {
        Stream stream;
    };
    // Nothing more of it goes either way: it was answered, or one side took it back. Of streams that were in
    // an event before.
    struct StreamClosed {
        Stream stream;
    };
    using Event = std::variant<BodyAwaited, RequestCame, PieceCame, BodyEnded, RequestRefused, PieceTaken,
                               StreamClosed>;

    // `streams` says whether a request is to be handed over at its head; asked where a body follows.
    Http2Session(const Limits& limits, std::function<bool(const http::Request&)> streams,
                 Clock::time_point now);
    ~Http2Session();

    // Takes bytes from the client. Then take the events, and the output.
    void feed(std::string_view bytes, Clock::time_point now);
    std::optional<Event> next_event();

    // Bytes for the client: whole frames, hardly more than `enough`; empty when there are none for now. What
    // leaves may lead to events.
    std::string take_output(std::size_t enough);
    // Frames that wait to be taken, besides the bodies of answers.
    [[nodiscard]] std::size_t frames_queued() const;
    // The connection is over: nothing is to be read or written any more.
    [[nodiscard]] bool finished() const;
    // Why we ended it, where the client has broken the protocol or our patience; else empty.
    [[nodiscard]] std::string_view fault() const;
    // Whether the fields of a request are coming in.
    [[nodiscard]] bool reading_head() const;

    // Each of these does nothing where the stream has closed. A client that sends much of its body after it
    // has its answer is told to stop.
    // The answer; where it has a stream, `send` and `finish` follow.
    void respond(Stream stream, http::Response response, std::string_view date);
    void send(Stream stream, std::string piece);
    void finish(Stream stream, http::Headers trailers);
    // Gives up on what is left of the request: it is refused with `error`.
    void refuse(Stream stream, const HttpError& error);
    // Takes the stream back.
    void cancel(Stream stream);
    // So many bytes of pieces were taken: the client may send as many more.
    void consumed(Stream stream, std::size_t bytes);

    // Asks whether the client is there. Any bytes are an answer.
    void ping();
    // No new streams soon: says so, and where it begins one round trip after that.
    void shut_down();
    // No new streams from now on; the connection is finished when those that there are have ended.
    void go_away();
    // Ends the connection and all streams. Takes effect with the next output.
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialproof::net
