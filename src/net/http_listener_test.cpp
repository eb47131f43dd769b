#include "net/http_listener.h"

#include "base/run_loop.h"
#include "net/test_client.h"
#include "net/test_http2_client.h"

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

constexpr Milliseconds soon{50};
constexpr Milliseconds patience{20'000};

// Sends back each piece as it comes, and says in the trailers that it did.
class EchoStream final : public http::ResponseStream {
public:
    EchoStream(std::shared_ptr<http::BodyStream> body, std::atomic<int>& gone) :
        body_(std::move(body)), gone_(gone) {}
    ~EchoStream() override { ++gone_; }

    Task<std::optional<std::string>> next() override {
        auto coming = body_->next();
        auto piece = co_await coming;
        co_return std::move(piece);
    }
    [[nodiscard]] http::Headers trailers() const override {
        http::Headers trailers;
        trailers.add("x-echoed", "all");
        return trailers;
    }

private:
    std::shared_ptr<http::BodyStream> body_;
    std::atomic<int>& gone_;
};

// Gives three pieces and ends; or then is silent until it is let go, which it must be in the end.
class ThreePieces final : public http::ResponseStream {
public:
    ThreePieces(std::shared_ptr<Timer> gate, std::atomic<int>& alive) :
        gate_(std::move(gate)), alive_(alive) {
        ++alive_;
    }
    ~ThreePieces() override { --alive_; }

    Task<std::optional<std::string>> next() override {
        if (given_++ < 3)
            co_return std::string("piece ");
        if (gate_) {
            auto waiting = gate_->wait(patience);
            co_await waiting;
        }
        co_return std::nullopt;
    }

private:
    std::shared_ptr<Timer> gate_;
    std::atomic<int>& alive_;
    int given_ = 0;
};

// Answers with what it was asked; "/wait" holds its answer back until `let_go`.
class EchoService final : public HttpService {
public:
    explicit EchoService(EventLoops& loops) : gate_(loops[0]) {}

    Task<http::Response> answer(EventLoop& loop, http::Request request) override {
        if (request.path == "/wait") {
            waiting_.set_value();
            auto waiting = gate_.wait(patience);
            co_await waiting;
        }
        http::Response response;
        if (request.path == "/stream")
            response.stream = std::make_shared<EchoStream>(request.stream, streams_gone);
        else if (request.path == "/pieces")
            response.stream = std::make_shared<ThreePieces>(nullptr, pieces_alive_);
        else if (request.path == "/endless")
            response.stream = std::make_shared<ThreePieces>(new_gate(loop), pieces_alive_);
        else if (request.path == "/big")
            response.body.assign(big_bytes, 'b');
        else
            response.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
        if (request.path == "/none")
            response.status = 204;
        co_return std::move(response);
    }
    bool streams(const http::Request& head) override { return head.path.starts_with("/stream"); }
    http::Response refusal(EventLoop&, const HttpError& error, const http::Request&) override {
        http::Response response;
        response.status = error.status;
        response.body = error.code;
        return response;
    }
    void connection_opened() override { ++opened; }
    void connection_closed() override { ++closed; }
    void connection_dropped(std::string_view reason) override {
        const std::lock_guard lock(mutex_);
        drop_reasons_.append(reason).append(" ");
        ++dropped;
    }

    // Returns once a request waits.
    void await_waiting() { waiting_.get_future().wait(); }
    void let_go() { gate_.cancel(); }
    // Returns once no stream is silent any more.
    void let_streams_go() {
        for (const std::lock_guard lock(mutex_); const auto& gate : gates_)
            gate->cancel();
        while (pieces_alive_ > 0)
            std::this_thread::yield();
    }

    static constexpr std::size_t big_bytes = 32 * 1024 * 1024; // more than the kernel buffers for a socket

    std::atomic<int> opened{0}, closed{0}, dropped{0}, streams_gone{0};

    std::string drop_reasons() {
        const std::lock_guard lock(mutex_);
        return drop_reasons_;
    }

private:
    Timer gate_;
    std::promise<void> waiting_;

    std::shared_ptr<Timer> new_gate(EventLoop& loop) {
        const std::lock_guard lock(mutex_);
        return gates_.emplace_back(std::make_shared<Timer>(loop));
    }

    std::atomic<int> pieces_alive_{0};
    std::mutex mutex_;
    std::string drop_reasons_;
    std::vector<std::shared_ptr<Timer>> gates_;
};

class HttpListenerTest : public testing::Test {
protected:
    void start(const Limits& limits = {}, std::size_t loop_count = 2) {
        loops = std::make_unique<EventLoops>(loop_count);
        service = std::make_unique<EchoService>(*loops);
        listener = std::make_unique<HttpListener>(*loops, limits, *service);
        loops->start();
        const auto listening = listener->listen("127.0.0.1", 0);
        ASSERT_TRUE(listening) << listening.error();
        port = *listening;
    }

    bool stop(Milliseconds within = patience) const {
        RunLoop here;
        return here.wait_for(listener->stop(within));
    }

    void TearDown() override {
        if (!listener)
            return;
        EXPECT_TRUE(stop());
        service->let_streams_go();
        EXPECT_EQ(service->opened, service->closed);
        EXPECT_EQ(listener->connections(), 0U);
    }

    TestClient client() const { return TestClient(port); }
    TestHttp2Client http2_client(std::uint32_t window = 65535) const { return TestHttp2Client(port, window); }

    std::unique_ptr<EventLoops> loops;
    std::unique_ptr<EchoService> service;
    std::unique_ptr<HttpListener> listener;
    std::uint16_t port = 0;
};

TEST_F(HttpListenerTest, answers_many_requests_on_one_connection) {
    start();
    auto one = client();
    for (int i = 0; i < 20; ++i) {
        one.get("/a?" + std::to_string(i));
        const auto answer = one.read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "GET /a?" + std::to_string(i) + " ");
        EXPECT_EQ(answer.headers.count("connection"), 0U);
        EXPECT_EQ(answer.headers.count("date"), 1U);
    }
    EXPECT_EQ(service->opened, 1);
}

TEST_F(HttpListenerTest, answers_pipelined_requests_in_their_order) {
    start();
    auto one = client();
    std::string all;
    for (int i = 0; i < 50; ++i)
        all += "POST /p?" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    one.send(all);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(one.read_answer().body, "POST /p?" + std::to_string(i) + " abc");
}

TEST_F(HttpListenerTest, answers_what_was_sent_before_the_client_stopped_sending) {
    start();
    auto one = client();
    one.get("/a");
    one.get("/b");
    one.end_sending();
    EXPECT_EQ(one.read_answer().body, "GET /a? ");
    EXPECT_EQ(one.read_answer().body, "GET /b? ");
    EXPECT_TRUE(one.ends());
}

TEST_F(HttpListenerTest, serves_connections_on_all_loops) {
    start();
    std::vector<TestClient> clients;
    for (int i = 0; i < 40; ++i) {
        clients.push_back(client());
        clients.back().get("/" + std::to_string(i));
    }
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(clients[static_cast<std::size_t>(i)].read_answer().body,
                  "GET /" + std::to_string(i) + "? ");
    EXPECT_EQ(service->opened, 40);
}

TEST_F(HttpListenerTest, reads_chunked_bodies_byte_by_byte) {
    start();
    auto one = client();
    const std::string request = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n";
    for (const char c : request)
        one.send(std::string(1, c));
    EXPECT_EQ(one.read_answer().body, "POST /c? hello, world");
}

TEST_F(HttpListenerTest, reads_the_largest_body) {
    Limits limits;
    start(limits);
    auto one = client();
    const std::string body(limits.body_bytes, 'x');
    one.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
             body);
    EXPECT_EQ(one.read_answer().body, "POST /c? " + body);
}

TEST_F(HttpListenerTest, writes_bodies_that_the_kernel_cannot_take_at_once) {
    start();
    auto one = client();
    one.get("/big");
    EXPECT_EQ(one.read_answer().body, std::string(EchoService::big_bytes, 'b'));
    one.get("/a");
    EXPECT_EQ(one.read_answer().status, 200);
}

TEST_F(HttpListenerTest, tells_the_sender_to_continue) {
    start();
    auto one = client();
    one.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(one.read_answer().status, 100);
    one.send("hello");
    EXPECT_EQ(one.read_answer().body, "POST /c? hello");

    one.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(one.read_answer().status, 413);
    EXPECT_TRUE(one.ends());
}

TEST_F(HttpListenerTest, sends_no_body_where_there_must_be_none) {
    start();
    auto one = client();
    one.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = one.read_answer(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "9");
    one.get("/none");
    EXPECT_EQ(one.read_answer().status, 204);
    one.get("/b");
    EXPECT_EQ(one.read_answer().body, "GET /b? ");
}

TEST_F(HttpListenerTest, closes_when_the_client_wants_it) {
    start();
    auto one = client();
    one.get("/a", "Connection: close\r\n");
    EXPECT_EQ(one.read_answer().headers.at("connection"), "close");
    EXPECT_TRUE(one.ends());

    auto old = client();
    old.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.read_answer().headers.at("connection"), "close");
    EXPECT_TRUE(old.ends());

    auto old_but_staying = client();
    for (int i = 0; i < 2; ++i) {
        old_but_staying.send("GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        EXPECT_EQ(old_but_staying.read_answer().headers.at("connection"), "keep-alive");
    }
}

TEST_F(HttpListenerTest, closes_after_so_many_requests) {
    Limits limits;
    limits.requests_per_connection = 2;
    start(limits);
    auto one = client();
    one.get("/a");
    one.get("/b");
    one.get("/c");
    EXPECT_EQ(one.read_answer().headers.count("connection"), 0U);
    EXPECT_EQ(one.read_answer().headers.at("connection"), "close");
    EXPECT_TRUE(one.ends());
}

TEST_F(HttpListenerTest, refuses_and_closes) {
    start();
    auto one = client();
    one.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n");
    EXPECT_EQ(one.read_answer().status, 200);
    const auto refusal = one.read_answer();
    EXPECT_EQ(refusal.status, 400);
    EXPECT_EQ(refusal.body, "malformed_request");
    EXPECT_EQ(refusal.headers.at("connection"), "close");
    EXPECT_TRUE(one.ends());
}

TEST_F(HttpListenerTest, lets_a_client_that_still_sends_read_the_refusal) {
    start();
    for (int i = 0; i < 20; ++i) {
        auto one = client();
        one.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n");
        one.send(std::string(150000, 'x'));
        EXPECT_EQ(one.read_answer().status, 413);
    }
}

TEST_F(HttpListenerTest, waits_only_so_long_for_a_header) {
    Limits limits;
    limits.header_time = soon;
    start(limits);
    auto silent = client(), slow = client();
    slow.send("GET /a HTTP/1.1\r\nHo");
    const auto refusal = slow.read_answer();
    EXPECT_EQ(refusal.status, 408);
    EXPECT_EQ(refusal.body, "header_timeout");
    EXPECT_TRUE(slow.ends());
    EXPECT_TRUE(silent.ends());
}

// A byte now and then buys no time: the limit is for the whole header.
TEST_F(HttpListenerTest, is_not_held_by_a_trickle) {
    Limits limits;
    limits.header_time = soon;
    start(limits);
    auto slow = client();
    slow.send("GET /a HTTP/1.1\r\nHost: x\r\nX: ");
    std::thread trickle([&] {
        while (slow.send("a"))
            std::this_thread::yield();
    });
    const auto status = slow.read_answer().status;
    EXPECT_TRUE(status == 408 || status == 431) << status; // the fast trickle may fill the header first
    slow.end_sending();
    trickle.join();
}

TEST_F(HttpListenerTest, waits_only_so_long_for_a_body) {
    Limits limits;
    limits.body_time = soon;
    start(limits);
    auto slow = client();
    slow.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
    const auto refusal = slow.read_answer();
    EXPECT_EQ(refusal.status, 408);
    EXPECT_EQ(refusal.body, "body_timeout");
    EXPECT_TRUE(slow.ends());
}

TEST_F(HttpListenerTest, closes_idle_connections) {
    Limits limits;
    limits.idle_time = soon;
    start(limits);
    auto one = client();
    one.get("/a");
    EXPECT_EQ(one.read_answer().status, 200);
    EXPECT_TRUE(one.ends());
}

TEST_F(HttpListenerTest, gives_up_on_a_client_that_does_not_read) {
    Limits limits;
    limits.write_time = soon;
    start(limits);
    auto deaf = client();
    deaf.get("/big");
    EXPECT_TRUE(stop()); // which waits for the connection's end
    EXPECT_LT(deaf.read_to_end().size(), EchoService::big_bytes);
}

TEST_F(HttpListenerTest, bounds_the_number_of_connections) {
    Limits limits;
    limits.connections = 2;
    start(limits);
    auto one = client(), two = client();
    for (auto* busy : {&one, &two}) {
        busy->get("/a");
        EXPECT_EQ(busy->read_answer().status, 200);
        busy->send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        EXPECT_EQ(busy->read_answer().status, 100); // so the server knows that it is not idle
    }

    auto three = client();
    three.get("/a");
    const auto refusal = three.read_answer();
    EXPECT_EQ(refusal.status, 503);
    EXPECT_EQ(refusal.body, "too_many_connections");
    EXPECT_EQ(refusal.headers.at("connection"), "close");
    EXPECT_TRUE(three.ends());
    EXPECT_EQ(service->opened, 2);

    one.close();
    three.close();
    for (int status = 503; status != 200;) { // until the server has seen that they are gone
        auto next = client();
        next.get("/a");
        status = next.read_answer().status;
        ASSERT_TRUE(status == 200 || status == 503);
    }
}

TEST_F(HttpListenerTest, closes_the_longest_idle_connection_for_a_new_one) {
    Limits limits;
    limits.connections = 3;
    start(limits, 1);
    auto busy = client(), first = client(), second = client();
    busy.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(busy.read_answer().status, 100);
    for (auto* idle : {&first, &second, &first}) { // so the second one waits longest
        idle->get("/a");
        EXPECT_EQ(idle->read_answer().status, 200);
    }

    auto fourth = client();
    fourth.get("/a");
    EXPECT_EQ(fourth.read_answer().status, 200);
    EXPECT_TRUE(second.ends());
    auto fifth = client();
    fifth.get("/a");
    EXPECT_EQ(fifth.read_answer().status, 200);
    EXPECT_TRUE(first.ends());
    busy.send("hello");
    EXPECT_EQ(busy.read_answer().body, "POST /b? hello");
    EXPECT_EQ(service->opened, 5);
    EXPECT_EQ(service->dropped, 2);
}

TEST_F(HttpListenerTest, finishes_what_is_under_way_when_it_stops) {
    start({}, 1);
    auto idle = client(), busy = client();
    idle.get("/a");
    EXPECT_EQ(idle.read_answer().status, 200);
    busy.get("/wait");
    service->await_waiting();

    auto stopped = std::async(std::launch::async, [this] { return stop(); });
    EXPECT_TRUE(idle.ends());
    EXPECT_FALSE(client().connected());
    service->let_go();
    const auto answer = busy.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(busy.ends());
    EXPECT_TRUE(stopped.get());
}

TEST_F(HttpListenerTest, stops_at_its_deadline_whoever_is_late) {
    start({}, 1);
    auto busy = client(), slow = client();
    slow.send("GET /a HTTP");
    busy.get("/wait");
    service->await_waiting();
    EXPECT_FALSE(stop(soon));
    EXPECT_TRUE(slow.ends());
    service->let_go();
}

TEST_F(HttpListenerTest, leaves_a_port_alone_where_another_listens) {
    start();
    HttpListener second(*loops, {}, *service);
    const auto listening = second.listen("127.0.0.1", port);
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error(),
              "cannot listen on 127.0.0.1 port " + std::to_string(port) + ": Address already in use");
    EXPECT_FALSE(second.listen("localhost", 0));
}

TEST_F(HttpListenerTest, takes_its_port_again_at_once_after_a_stop) {
    start();
    auto one = client();
    one.get("/a");
    EXPECT_EQ(one.read_answer().status, 200);
    EXPECT_TRUE(stop());
    HttpListener second(*loops, {}, *service);
    EXPECT_EQ(second.listen("127.0.0.1", port), port);
    auto two = client();
    two.get("/b");
    EXPECT_EQ(two.read_answer().body, "GET /b? ");
    RunLoop here;
    EXPECT_TRUE(here.wait_for(second.stop(patience)));
}

TEST_F(HttpListenerTest, streams_in_chunks) {
    start();
    auto one = client();
    one.get("/pieces");
    one.end_sending();
    const auto all = one.read_to_end();
    EXPECT_NE(all.find("\r\ntransfer-encoding: chunked\r\n"), std::string::npos) << all;
    EXPECT_TRUE(all.ends_with("\r\n\r\n6\r\npiece \r\n6\r\npiece \r\n6\r\npiece \r\n0\r\n\r\n")) << all;

    auto old = client();
    old.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(old.read_to_end().ends_with("\r\n\r\npiece piece piece "));
}

TEST_F(HttpListenerTest, ends_a_stream_that_is_quiet) {
    Limits limits;
    limits.idle_time = soon;
    start(limits);
    auto one = client();
    one.get("/endless");
    const auto all = one.read_to_end();
    EXPECT_TRUE(all.ends_with("6\r\npiece \r\n")) << all; // which is not the end of a body
}

TEST_F(HttpListenerTest, ends_streams_when_it_stops) {
    start();
    auto one = client();
    auto two = http2_client();
    one.get("/endless");
    const auto stream = two.peer.get("/endless");
    two.talk_until([&] { return two.peer.answer(stream).body.size() == 18; });
    std::string got;
    while (!got.ends_with("6\r\npiece \r\n6\r\npiece \r\n6\r\npiece \r\n")) {
        const auto part = one.receive();
        ASSERT_FALSE(part.empty());
        got += part;
    }
    EXPECT_TRUE(stop());
    EXPECT_TRUE(one.ends()); // without a last chunk
    two.ends();
    EXPECT_EQ(two.peer.answer(stream).reset, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
}

class Http2ListenerTest : public HttpListenerTest {};

TEST_F(Http2ListenerTest, answers_many_requests_at_once) {
    start();
    auto one = http2_client();
    std::vector<std::int32_t> streams;
    for (int i = 0; i < 100; ++i)
        streams.push_back(one.peer.post("/a?" + std::to_string(i), "body"));
    for (int i = 0; i < 100; ++i) {
        const auto& answer = one.wait_for(streams[static_cast<std::size_t>(i)]);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "POST /a?" + std::to_string(i) + " body");
        EXPECT_EQ(answer.headers.count("date"), 1U);
    }
    EXPECT_EQ(service->opened, 1);
}

TEST_F(Http2ListenerTest, is_known_by_its_first_bytes_though_they_come_one_by_one) {
    start();
    auto one = http2_client();
    const auto stream = one.peer.get("/a");
    for (const char c : one.peer.output())
        one.socket.send(std::string(1, c));
    EXPECT_EQ(one.wait_for(stream).body, "GET /a? ");
    auto other = client();
    other.send("PRI /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(other.read_answer().body, "PRI /a? ");
}

TEST_F(Http2ListenerTest, answers_others_while_one_waits) {
    start();
    auto one = http2_client();
    const auto slow = one.peer.get("/wait"), quick = one.peer.get("/a");
    EXPECT_EQ(one.wait_for(quick).status, 200);
    service->let_go();
    EXPECT_EQ(one.wait_for(slow).status, 200);
}

TEST_F(Http2ListenerTest, sends_large_bodies_through_small_windows) {
    start();
    auto one = http2_client(1000);
    const auto stream = one.peer.get("/big");
    EXPECT_EQ(one.wait_for(stream).body.size(), EchoService::big_bytes);
}

TEST_F(Http2ListenerTest, hands_pieces_over_as_they_come) {
    start();
    auto one = http2_client();
    const auto stream = one.peer.send(TestHttp2Peer::request("POST", "/stream"), "first", false);
    ASSERT_TRUE(one.talk_until([&] { return one.peer.answer(stream).body == "first"; }));
    one.peer.more(stream, " second", false);
    ASSERT_TRUE(one.talk_until([&] { return one.peer.answer(stream).body == "first second"; }));
    one.peer.more(stream, std::string(1'000'000, 'x'), true);
    const auto& answer = one.wait_for(stream);
    EXPECT_EQ(answer.body.size(), 12 + 1'000'000U);
    EXPECT_EQ(answer.trailers.at("x-echoed"), "all");
}

TEST_F(Http2ListenerTest, drops_a_stream_that_the_client_takes_back) {
    start();
    auto one = http2_client();
    const auto stream = one.peer.send(TestHttp2Peer::request("POST", "/stream"), "first", false);
    ASSERT_TRUE(one.talk_until([&] { return one.peer.answer(stream).body == "first"; }));
    one.peer.reset(stream);
    const auto next = one.peer.get("/a");
    EXPECT_EQ(one.wait_for(next).status, 200);
    while (service->streams_gone == 0)
        std::this_thread::yield();
    auto two = http2_client();
    two.peer.send(TestHttp2Peer::request("POST", "/stream"), "first", false);
    two.flush();
    two.socket.receive();
    two.socket.close();
    while (service->streams_gone == 1)
        std::this_thread::yield();
}

TEST_F(Http2ListenerTest, refuses_a_request_and_serves_the_next) {
    start();
    auto one = http2_client();
    const auto large = one.peer.post("/a", std::string(100'000, 'x'));
    EXPECT_EQ(one.wait_for(large).status, 413);
    EXPECT_EQ(one.peer.answer(large).body, "body_too_large");
    EXPECT_EQ(one.wait_for(one.peer.get("/a")).status, 200);
}

TEST_F(Http2ListenerTest, waits_only_so_long_for_a_body) {
    Limits limits;
    limits.body_time = soon;
    start(limits);
    auto one = http2_client();
    const auto slow = one.peer.send(TestHttp2Peer::request("POST", "/a"), "he", false);
    one.talk_until([&] { return one.peer.answer(slow).ended; });
    EXPECT_EQ(one.peer.answer(slow).status, 408);
    EXPECT_EQ(one.peer.answer(slow).body, "body_timeout");
    EXPECT_EQ(one.wait_for(one.peer.get("/a")).status, 200);
}

TEST_F(Http2ListenerTest, waits_only_so_long_for_a_head) {
    Limits limits;
    limits.header_time = soon;
    start(limits);
    auto silent = http2_client(), slow = http2_client();
    silent.flush();
    slow.socket.send(slow.peer.output() + raw_frame(1, 1, 1, "\x82\x86\x84")); // without END_HEADERS
    EXPECT_FALSE(slow.socket.read_to_end().empty());                           // a GOAWAY
    EXPECT_TRUE(silent.ends());
    EXPECT_EQ(service->drop_reasons(), "header_timeout ");
}

// What HTTP/1.1 allows for a header ends with the choice of HTTP/2.
TEST_F(Http2ListenerTest, may_be_idle_for_longer_than_a_header_may_take) {
    Limits limits;
    limits.header_time = soon;
    start(limits);
    auto one = http2_client();
    EXPECT_EQ(one.wait_for(one.peer.get("/a")).status, 200);
    const auto slow = one.peer.get("/wait");
    one.flush();
    service->await_waiting();
    auto silent = client(); // closed when the time is over
    EXPECT_TRUE(silent.ends());
    EXPECT_TRUE(client().ends());
    service->let_go();
    EXPECT_EQ(one.wait_for(slow).status, 200);
    EXPECT_EQ(one.wait_for(one.peer.get("/a")).status, 200);
}

TEST_F(Http2ListenerTest, gives_up_on_a_client_that_opens_no_window) {
    Limits limits;
    limits.write_time = soon;
    start(limits);
    auto deaf = http2_client(0);
    const auto stream = deaf.peer.get("/a");
    EXPECT_EQ(deaf.wait_for(stream).reset, static_cast<std::uint32_t>(NGHTTP2_CANCEL));
    EXPECT_EQ(deaf.peer.answer(stream).status, 200);
    EXPECT_EQ(deaf.peer.answer(stream).body, "");
}

TEST_F(Http2ListenerTest, gives_up_on_a_client_that_does_not_read) {
    Limits limits;
    limits.write_time = soon;
    start(limits);
    auto deaf = http2_client(0x7FFF'FFFF);
    deaf.peer.get("/big");
    deaf.peer.open_window(0, 0x7000'0000);
    deaf.flush();
    EXPECT_TRUE(stop()); // which waits for the connection's end
}

TEST_F(Http2ListenerTest, closes_idle_connections_with_a_word) {
    Limits limits;
    limits.idle_time = soon;
    start(limits);
    auto one = http2_client();
    EXPECT_EQ(one.wait_for(one.peer.get("/a")).status, 200);
    EXPECT_TRUE(one.ends());
    EXPECT_EQ(one.peer.goaways, 1);
    EXPECT_EQ(one.peer.goaway_error, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST_F(Http2ListenerTest, asks_a_silent_client_whether_it_is_there) {
    Limits limits;
    limits.ping_after = limits.ping_time = soon;
    start(limits);
    auto alive = http2_client();
    const auto waiting = alive.peer.get("/wait");
    alive.talk_until([&] { return alive.peer.pings >= 3; });
    service->let_go();
    EXPECT_EQ(alive.wait_for(waiting).status, 200);

    auto dead = http2_client();
    dead.peer.get("/endless");
    dead.flush();
    EXPECT_FALSE(dead.socket.read_to_end().empty());
    EXPECT_EQ(service->drop_reasons(), "http2_ping_unanswered ");
}

TEST_F(Http2ListenerTest, ends_a_flood) {
    start();
    auto one = http2_client();
    one.flush();
    while (one.socket.send(raw_frame(8, 0, 0, std::string("\0\0\0\1", 4)))) {
    }
    while (service->dropped == 0)
        std::this_thread::yield();
    EXPECT_EQ(service->drop_reasons(), "http2_flood ");
}

TEST_F(Http2ListenerTest, closes_after_so_many_requests) {
    Limits limits;
    limits.requests_per_connection = 2;
    start(limits);
    auto one = http2_client();
    const auto first = one.peer.get("/a"), second = one.peer.get("/b");
    EXPECT_EQ(one.wait_for(first).status, 200);
    EXPECT_EQ(one.wait_for(second).status, 200);
    EXPECT_TRUE(one.ends());
    EXPECT_EQ(one.peer.last_stream, second);
}

TEST_F(Http2ListenerTest, counts_as_a_connection) {
    Limits limits;
    limits.connections = 1;
    start(limits, 1);
    auto one = http2_client();
    const auto waiting = one.peer.get("/wait");
    one.flush();
    service->await_waiting();
    auto two = http2_client();
    two.peer.get("/a");
    EXPECT_TRUE(two.ends());
    EXPECT_EQ(two.peer.goaways, 1);
    EXPECT_EQ(two.peer.last_stream, 0);
    service->let_go();
    EXPECT_EQ(one.wait_for(waiting).status, 200);
    two.socket.close();
    auto three = client(); // the first is idle now, and has to go
    three.get("/a");
    EXPECT_NE(three.read_answer().status, 0);
}

TEST_F(Http2ListenerTest, finishes_what_is_under_way_when_it_stops) {
    start({}, 1);
    auto idle = http2_client(), busy = http2_client();
    EXPECT_EQ(idle.wait_for(idle.peer.get("/a")).status, 200);
    const auto waiting = busy.peer.get("/wait");
    busy.flush();
    service->await_waiting();
    auto stopped = std::async(std::launch::async, [this] { return stop(); });
    EXPECT_TRUE(idle.ends());
    EXPECT_EQ(idle.peer.goaways, 1); // nghttp2's client hears no second one where no stream is open
    busy.talk_until([&] { return busy.peer.goaways == 2; });
    service->let_go();
    EXPECT_EQ(busy.wait_for(waiting).status, 200);
    EXPECT_TRUE(busy.ends());
    EXPECT_TRUE(stopped.get());
}

} // namespace
} // namespace dialproof::net
