#include "net/serving.h"

#include "net/http2_session.h"
#include "net/incoming_body.h"

#include <array>
#include <cassert>
#include <unordered_map>

namespace dialproof::net {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;
// Written at once: enough to be cheap, and small enough that a slow client does not hold much.
constexpr std::size_t write_bytes = 64 * 1024;
// While more frames wait to be written, the client is not listened to: what it asks for costs memory.
constexpr std::size_t frames_queued_max = 512;

class Deadline final : public Watchdog::Watched {
public:
    explicit Deadline(std::function<void()> passed) : passed_(std::move(passed)) {}

private:
    void overdue() override { passed_(); }
    const std::function<void()> passed_;
};

// Suspends one coroutine until somebody wakes it; it goes on in a later turn of the loop, so that all that
// happens in this turn is done by then.
class Rest {
public:
    explicit Rest(EventLoop& loop) : loop_(loop) {}

    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { waiting_ = waiting; }
    void await_resume() noexcept {}

    void wake() {
        if (waiting_)
            loop_.post(std::exchange(waiting_, nullptr));
    }

private:
    EventLoop& loop_;
    std::coroutine_handle<> waiting_;
};

// One coroutine reads, one writes, and each handler runs by itself. All of it is on one loop.
class Http2Connection final : public Stoppable {
public:
    Http2Connection(Serving& serving, Connection& connection) :
        serving_(serving), limits_(serving.limits), connection_(connection),
        session_(
            limits_, [&serving](const http::Request& head) { return serving.service.streams(head); },
            Http2Session::Clock::now()) {
        serving_.stoppable.insert(this);
        if (serving_.stopping)
            stop();
    }
    ~Http2Connection() { serving_.stoppable.erase(this); }
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;

    // Returns once the connection is over and no handler runs for it.
    Task<void> run(std::string begun);
    void stop() override;

private:
    // A request and its answer.
    struct Exchange final : Watchdog::Watched {
        Exchange(Http2Connection& c, Http2Session::Stream s) : connection(c), stream(s) {}
        ~Exchange() override {
            if (body)
                body->cut();
            if (answer)
                answer->abandon();
        }
        void overdue() override { connection.late(*this); }

        Http2Connection& connection;
        const Http2Session::Stream stream;
        std::shared_ptr<IncomingBody> body;           // of a streaming request
        std::shared_ptr<http::ResponseStream> answer; // of a streaming response
        bool body_awaited = false;
    };

    Task<void> read();
    Task<void> write();
    void take(std::string_view bytes);
    void take_events();
    void say_no_more();
    void lose();

    void happened(const Http2Session::BodyAwaited& event);
    void happened(Http2Session::RequestCame& event);
    void happened(Http2Session::PieceCame& event);
    void happened(const Http2Session::BodyEnded& event);
    void happened(Http2Session::RequestRefused& event);
    void happened(const Http2Session::PieceTaken& event);
    void happened(const Http2Session::StreamClosed& event);

    Exchange& exchange(Http2Session::Stream stream);
    std::shared_ptr<IncomingBody> make_body(Http2Session::Stream stream);
    void handle(Http2Session::Stream stream, http::Request&& request);
    void answered(Http2Session::Stream stream, http::Response response);
    void piece_came(Exchange& exchange, std::optional<std::string> piece);
    void count_request();

    void late(Exchange& exchange);
    void watch_head();
    void watch_quiet(bool heard);
    void quiet();
    void head_late();
    void notice_ends();
    void watch(Watchdog::Watched& watched, Milliseconds time) {
        serving_.loop.watchdog().watch(watched, time);
    }

    Serving& serving_;
    const Limits& limits_;
    Connection& connection_;
    Http2Session session_;
    std::unordered_map<Http2Session::Stream, std::shared_ptr<Exchange>> exchanges_;
    std::size_t requests_ = 0, handlers_ = 0;

    bool writing_ = true;   // until that coroutine has ended
    bool said_all_ = false; // what still comes is dropped
    bool over_ = false;
    Rest write_rest_{serving_.loop}, read_rest_{serving_.loop}, end_rest_{serving_.loop};

    enum class Quiet { none, idle, busy, ending } quiet_ = Quiet::none; // what the next deadline is for
    bool pinged_ = false, head_watched_ = false, notice_ended_ = false;
    Deadline quiet_deadline_{[this] { quiet(); }};
    Deadline head_deadline_{[this] { head_late(); }};
    Deadline notice_deadline_{[this] { notice_ends(); }};
};

Task<void> Http2Connection::run(std::string begun) {
    spawn(serving_.loop, write(), [this] {
        writing_ = false;
        end_rest_.wake();
    });
    take(begun);
    auto reading = read();
    co_await reading;
    lose();
    exchanges_.clear();
    while (writing_ || handlers_ > 0)
        co_await end_rest_;
    if (!session_.fault().empty())
        serving_.service.connection_dropped(session_.fault());
}

Task<void> Http2Connection::read() {
    std::string room(read_bytes, '\0');
    std::size_t dropped = 0;
    while (!over_ && dropped <= linger_bytes_max) {
        if (!said_all_ && session_.frames_queued() > frames_queued_max) {
            co_await read_rest_;
            continue;
        }
        auto reading = connection_.read_some(room);
        const std::size_t bytes = co_await reading;
        if (bytes == 0)
            co_return;
        if (said_all_)
            dropped += bytes;
        else
            take(std::string_view(room).substr(0, bytes));
    }
}

void Http2Connection::take(std::string_view bytes) {
    session_.feed(bytes, Http2Session::Clock::now());
    take_events();
    watch_head();
    watch_quiet(true);
    write_rest_.wake();
}

// What is to be written leaves together, once whatever can happen in this turn of the loop has happened.
Task<void> Http2Connection::write() {
    while (!over_) {
        const auto output = session_.take_output(write_bytes);
        take_events();
        watch_quiet(false);
        if (!output.empty()) {
            auto writing = connection_.write(output, {}, limits_.write_time);
            const bool written = co_await writing;
            if (!written)
                lose();
            read_rest_.wake();
        } else if (session_.finished()) {
            say_no_more();
            co_return;
        } else {
            co_await write_rest_;
        }
    }
}

// The client may read what was said before the socket is closed, as in `linger`.
void Http2Connection::say_no_more() {
    said_all_ = true;
    if (session_.fault().empty() && !connection_.has_unread())
        return lose();
    connection_.end_sending();
    quiet_ = Quiet::ending;
    watch(quiet_deadline_, limits_.linger_time);
    read_rest_.wake();
}

// Nothing comes or goes any more.
void Http2Connection::lose() {
    over_ = true;
    connection_.close();
    connection_.idle_place.unlink();
    Watchdog::forget(quiet_deadline_);
    Watchdog::forget(head_deadline_);
    Watchdog::forget(notice_deadline_);
    read_rest_.wake();
    write_rest_.wake();
}

void Http2Connection::take_events() {
    while (auto event = session_.next_event())
        std::visit([this](auto& each) { happened(each); }, *event);
}

Http2Connection::Exchange& Http2Connection::exchange(Http2Session::Stream stream) {
    auto& place = exchanges_[stream];
    if (!place)
        place = std::make_shared<Exchange>(*this, stream);
    return *place;
}

void Http2Connection::happened(const Http2Session::BodyAwaited& event) {
    auto& one = exchange(event.stream);
    one.body_awaited = true;
    watch(one, limits_.body_time);
}

void Http2Connection::happened(Http2Session::RequestCame& event) {
    auto& one = exchange(event.stream);
    one.body_awaited = false;
    Watchdog::forget(one);
    count_request();
    if (event.streams)
        event.request.stream = one.body = make_body(event.stream);
    handle(event.stream, std::move(event.request));
}

std::shared_ptr<IncomingBody> Http2Connection::make_body(Http2Session::Stream stream) {
    return std::make_shared<IncomingBody>([this, stream](std::size_t bytes) {
        session_.consumed(stream, bytes);
        write_rest_.wake();
    });
}

void Http2Connection::happened(Http2Session::PieceCame& event) {
    const auto found = exchanges_.find(event.stream);
    if (found != exchanges_.end() && found->second->body)
        found->second->body->add(std::move(event.bytes));
}

void Http2Connection::happened(const Http2Session::BodyEnded& event) {
    const auto found = exchanges_.find(event.stream);
    if (found != exchanges_.end() && found->second->body)
        found->second->body->end();
}

void Http2Connection::happened(Http2Session::RequestRefused& event) {
    auto& one = exchange(event.stream);
    one.body_awaited = false;
    count_request();
    event.head.caller_address = connection_.peer_address();
    answered(event.stream, serving_.service.refusal(serving_.loop, event.error, event.head));
}

void Http2Connection::happened(const Http2Session::StreamClosed& event) { exchanges_.erase(event.stream); }

void Http2Connection::count_request() {
    if (++requests_ == limits_.requests_per_connection)
        session_.go_away();
}

void Http2Connection::handle(Http2Session::Stream stream, http::Request&& request) {
    request.caller_address = connection_.peer_address();
    ++handlers_;
    spawn_at_once(serving_.loop, serving_.service.answer(serving_.loop, std::move(request)),
                  [this, stream](http::Response response) {
                      --handlers_;
                      answered(stream, std::move(response));
                      end_rest_.wake();
                  });
}

void Http2Connection::answered(Http2Session::Stream stream, http::Response response) {
    const auto found = exchanges_.find(stream);
    if (found == exchanges_.end()) // the client took its request back
        return;
    found->second->answer = response.stream;
    watch(*found->second, limits_.write_time);
    session_.respond(stream, std::move(response), serving_.date.now());
    write_rest_.wake();
}

// The next piece is made once the client has taken the last one.
void Http2Connection::happened(const Http2Session::PieceTaken& event) {
    const auto found = exchanges_.find(event.stream);
    if (found == exchanges_.end() || !found->second->answer)
        return;
    Watchdog::forget(*found->second);
    if (notice_ended_)
        return session_.cancel(event.stream);
    spawn(serving_.loop, next_piece(found->second->answer),
          [waiting = std::weak_ptr<Exchange>(found->second)](std::optional<std::string> piece) {
              if (const auto one = waiting.lock())
                  one->connection.piece_came(*one, std::move(piece));
          });
}

void Http2Connection::piece_came(Exchange& one, std::optional<std::string> piece) {
    watch(one, limits_.write_time);
    if (piece)
        session_.send(one.stream, std::move(*piece));
    else
        session_.finish(one.stream, one.answer->trailers());
    write_rest_.wake();
}

// It did not send its body, or does not take its answer.
void Http2Connection::late(Exchange& one) {
    if (one.body_awaited)
        session_.refuse(one.stream, http_errors::body_timeout);
    else
        session_.cancel(one.stream);
    take_events();
    write_rest_.wake();
}

void Http2Connection::watch_head() {
    const bool coming = session_.reading_head();
    if (coming && !head_watched_)
        watch(head_deadline_, limits_.header_time);
    if (!coming && head_watched_)
        Watchdog::forget(head_deadline_);
    head_watched_ = coming;
}

// Nothing can be answered while a header block is cut off: the next frame must be of the same block.
void Http2Connection::head_late() {
    serving_.service.connection_dropped(http_errors::header_timeout.code);
    session_.close();
    write_rest_.wake();
}

// A connection on which no request is under way is idle, whatever else it sends.
void Http2Connection::watch_quiet(bool heard) {
    if (over_ || said_all_)
        return;
    const auto now = exchanges_.empty() && !session_.reading_head() ? Quiet::idle : Quiet::busy;
    pinged_ = pinged_ && !heard;
    if (now == quiet_ && (now == Quiet::idle || !heard || pinged_))
        return;
    if (now != quiet_)
        connection_.idle_place.unlink();
    if (now == Quiet::idle) {
        if (!serving_.stopping)
            serving_.idle.push_back(connection_);
        watch(quiet_deadline_, requests_ == 0 ? limits_.header_time : limits_.idle_time);
    } else {
        watch(quiet_deadline_, limits_.ping_after);
    }
    quiet_ = now;
}

void Http2Connection::quiet() {
    if (quiet_ == Quiet::ending)
        return connection_.close();
    if (quiet_ == Quiet::idle) {
        session_.close();
    } else if (std::exchange(pinged_, true)) {
        serving_.service.connection_dropped("http2_ping_unanswered");
        return connection_.close();
    } else {
        session_.ping();
        watch(quiet_deadline_, limits_.ping_time);
    }
    write_rest_.wake();
}

// RFC 9113 section 6.8: the client may have sent requests that are still on their way.
void Http2Connection::stop() {
    if (over_)
        return;
    connection_.idle_place.unlink();
    session_.shut_down();
    watch(notice_deadline_, streams_end_time);
    for (const auto& [stream, one] : exchanges_)
        if (one->body)
            one->body->end();
    write_rest_.wake();
}

// An answer that is a stream could go on for ever.
void Http2Connection::notice_ends() {
    notice_ended_ = true;
    session_.go_away();
    for (const auto& [stream, one] : exchanges_)
        if (one->answer)
            session_.cancel(stream);
    write_rest_.wake();
}

} // namespace

Task<void> serve_http2(Serving& serving, Connection& connection, std::string begun) {
    Http2Connection serving_it(serving, connection);
    auto running = serving_it.run(std::move(begun));
    co_await running;
}

Task<void> refuse_http2(Serving& serving, Connection& connection) {
    Http2Session session(serving.limits, {}, Http2Session::Clock::now());
    session.close();
    const auto output = session.take_output(write_bytes);
    serving.service.connection_dropped(http_errors::too_many_connections.code);
    auto writing = connection.write(output, {}, serving.limits.write_time);
    const bool written = co_await writing;
    if (!written)
        co_return;
    auto lingering = linger(serving, connection);
    co_await lingering;
}

Task<std::optional<std::string>> next_piece(std::shared_ptr<http::ResponseStream> stream) {
    auto making = stream->next();
    auto piece = co_await making;
    co_return std::move(piece);
}

} // namespace dialproof::net
