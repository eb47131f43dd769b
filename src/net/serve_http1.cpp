#include "net/serving.h"

#include "net/http1_decoder.h"
#include "net/http1_encoder.h"
#include "net/protocol_choice.h"

#include <array>

namespace dialproof::net {
namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";

// A request, or why there is none to answer; empty: there is nobody to answer, or not here.
using Incoming = std::optional<Result<Http1Request, HttpError>>;

// The pieces of an answer. Nobody reads the connection meanwhile, so nobody sees the client go: a wait for a
// piece is given up when it takes longer than the client may be idle, and soon after a stop.
class Pieces final : public Stoppable, private Watchdog::Watched {
public:
    Pieces(Serving& serving, std::shared_ptr<http::ResponseStream> stream) :
        serving_(serving), stream_(std::move(stream)) {
        serving_.stoppable.insert(this);
        if (serving_.stopping)
            stop();
    }
    ~Pieces() override { serving_.stoppable.erase(this); }

    void stop() override {
        stopping_ = true;
        serving_.loop.watchdog().watch(*this, streams_end_time);
    }

    // The next piece; nothing once they have ended, or are given up on.
    struct Next {
        Pieces& pieces;
        bool await_ready() noexcept { return pieces.over_; }
        void await_suspend(std::coroutine_handle<> waiting) { pieces.ask(waiting); }
        std::optional<std::string> await_resume() { return std::exchange(pieces.piece_, {}); }
    };
    Next next() { return {*this}; }
    [[nodiscard]] bool ended() const { return ended_; }

private:
    void ask(std::coroutine_handle<> waiting) {
        waiting_ = waiting;
        if (!stopping_)
            serving_.loop.watchdog().watch(*this, serving_.limits.idle_time);
        spawn(serving_.loop, next_piece(stream_),
              [alive = std::weak_ptr<Pieces*>(self_)](std::optional<std::string> piece) {
                  if (const auto self = alive.lock())
                      (*self)->came(std::move(piece));
              });
    }

    void came(std::optional<std::string> piece) {
        if (over_)
            return;
        if (!stopping_)
            Watchdog::forget(*this);
        ended_ = over_ = !piece;
        piece_ = std::move(piece);
        std::exchange(waiting_, nullptr).resume();
    }

    void overdue() override {
        over_ = true;
        if (waiting_)
            std::exchange(waiting_, nullptr).resume();
    }

    Serving& serving_;
    std::shared_ptr<http::ResponseStream> stream_;
    std::shared_ptr<Pieces*> self_ = std::make_shared<Pieces*>(this); // known weakly by what is under way
    std::coroutine_handle<> waiting_;
    std::optional<std::string> piece_;
    bool ended_ = false, over_ = false, stopping_ = false;
};

std::string chunk_size_line(std::size_t size) {
    std::array<char, 24> line{};
    const int length = std::snprintf(line.data(), line.size(), "%zx\r\n", size);
    return {line.data(), static_cast<std::size_t>(length)};
}

// Gives whether it was written.
Task<bool> write_piece(Serving& serving, Connection& connection, std::string piece, bool chunked) {
    if (piece.empty()) // which as a chunk would be the last one
        co_return true;
    const auto head = chunked ? chunk_size_line(piece.size()) : std::string();
    if (chunked)
        piece += "\r\n";
    auto writing = connection.write(head, piece, serving.limits.write_time);
    const bool written = co_await writing;
    co_return written;
}

// Gives whether it came to its end, so that the connection may go on.
Task<bool> write_stream(Serving& serving, Connection& connection, http::Response response, bool chunked) {
    Pieces pieces(serving, std::move(response.stream));
    auto writing_body = write_piece(serving, connection, std::move(response.body), chunked);
    bool written = co_await writing_body;
    while (written) {
        auto waiting = pieces.next();
        auto piece = co_await waiting;
        if (!piece)
            break;
        auto writing = write_piece(serving, connection, std::move(*piece), chunked);
        written = co_await writing;
    }
    if (!written || !pieces.ended())
        co_return false;
    auto ending = connection.write(chunked ? last_chunk : "", {}, serving.limits.write_time);
    const bool ended = co_await ending;
    co_return ended;
}

// Gives whether all of it was written.
Task<bool> write_answer(Serving& serving, Connection& connection, http::Response response,
                        Http1Framing framing) {
    const auto head = encode_head(response, framing, serving.date.now());
    const bool bare = framing.head_only || !may_have_body(response.status);
    std::string_view body;
    if (!bare && !response.stream)
        body = response.body;
    auto writing = connection.write(head, body, serving.limits.write_time);
    const bool written = co_await writing;
    if (!written || bare || !response.stream)
        co_return written;
    auto streaming = write_stream(serving, connection, std::move(response), !framing.http10);
    const bool streamed = co_await streaming;
    co_return streamed;
}

Milliseconds time_for(const Serving& serving, Http1Decoder::Phase phase, bool first) {
    switch (phase) {
    case Http1Decoder::Phase::idle:
        if (serving.stopping)
            return std::min(late_arrival_time, serving.limits.header_time);
        return first ? serving.limits.header_time : serving.limits.idle_time;
    case Http1Decoder::Phase::head:
        return serving.limits.header_time;
    case Http1Decoder::Phase::body:
        return serving.limits.body_time;
    }
    std::abort();
}

Task<Incoming> read_request(Serving& serving, Connection& connection, Http1Decoder& decoder, bool first) {
    std::optional<Http1Decoder::Phase> timed;
    for (;;) {
        if (first && speaks_http2(connection.alpn(), decoder.unread()))
            co_return std::nullopt;
        auto next = decoder.next();
        if (next) {
            connection.expect_nothing();
            co_return std::move(next);
        }
        if (decoder.take_continue_due()) {
            auto writing = connection.write(continue_line, {}, serving.limits.write_time);
            const bool written = co_await writing;
            if (!written)
                co_return std::nullopt;
            timed.reset();
        }
        const auto phase = decoder.phase();
        const bool idle = phase == Http1Decoder::Phase::idle;
        if (idle && serving.stopping && !first)
            co_return std::nullopt;
        if (timed != phase) {
            timed = phase;
            connection.expect_within(time_for(serving, phase, first));
        }
        if (idle)
            serving.idle.push_back(connection);
        auto reading = connection.read_some(decoder.room());
        const std::size_t bytes = co_await reading;
        connection.idle_place.unlink();
        if (connection.late() && !idle) {
            const HttpError error =
                phase == Http1Decoder::Phase::head ? http_errors::header_timeout : http_errors::body_timeout;
            co_return fail(error);
        }
        if (bytes == 0 || connection.late())
            co_return std::nullopt;
        decoder.filled(bytes);
    }
}

} // namespace

Task<std::optional<std::string>> serve_http1(Serving& serving, Connection& connection) {
    const auto& limits = serving.limits;
    Http1Decoder decoder(limits);
    for (std::size_t served = 1;; ++served) {
        auto reading = read_request(serving, connection, decoder, served == 1);
        auto incoming = co_await reading;
        if (!incoming) {
            if (served == 1 && speaks_http2(connection.alpn(), decoder.unread())) {
                connection.expect_nothing(); // the deadline was for a header of HTTP/1.1
                co_return std::string(decoder.unread());
            }
            co_return std::nullopt;
        }
        if (!*incoming) {
            http::Request head = decoder.head() != nullptr ? *decoder.head() : http::Request{};
            head.body.clear();
            head.caller_address = connection.peer_address();
            auto refusing = refuse_http1(serving, connection, incoming->error(), std::move(head));
            co_await refusing;
            co_return std::nullopt;
        }
        auto& got = **incoming;
        Http1Framing framing;
        framing.head_only = got.request.method == "HEAD";
        framing.http10 = got.http10;
        got.request.caller_address = connection.peer_address();

        auto answering = serving.service.answer(serving.loop, std::move(got.request));
        auto response = co_await answering;

        const bool last = limits.requests_per_connection != 0 && served >= limits.requests_per_connection;
        framing.streamed = response.stream != nullptr;
        framing.keep_alive =
            got.keep_alive && !serving.stopping && !last && !(framing.streamed && framing.http10);
        auto writing = write_answer(serving, connection, std::move(response), framing);
        const bool written = co_await writing;
        if (!written)
            co_return std::nullopt;
        if (!framing.keep_alive) {
            if (decoder.unread().empty() && !connection.has_unread())
                co_return std::nullopt;
            auto lingering = linger(serving, connection);
            co_await lingering;
            co_return std::nullopt;
        }
    }
}

Task<void> refuse_http1(Serving& serving, Connection& connection, HttpError error, http::Request head) {
    Http1Framing framing;
    framing.keep_alive = false;
    framing.head_only = head.method == "HEAD";
    auto response = serving.service.refusal(serving.loop, error, head);
    auto writing = write_answer(serving, connection, std::move(response), framing);
    const bool written = co_await writing;
    if (!written)
        co_return;
    auto lingering = linger(serving, connection);
    co_await lingering;
}

Task<void> linger(Serving& serving, Connection& connection) {
    connection.end_sending();
    connection.expect_within(serving.limits.linger_time);
    std::array<char, 2048> sink{};
    for (std::size_t total = 0; total < linger_bytes_max;) {
        auto reading = connection.read_some(sink);
        const std::size_t bytes = co_await reading;
        if (bytes == 0)
            co_return;
        total += bytes;
    }
}

} // namespace dialproof::net
