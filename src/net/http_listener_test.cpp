#include "net/http_listener.h"

#include "base/run_loop.h"
#include "net/test_client.h"

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

constexpr Milliseconds soon{50};
constexpr Milliseconds patience{20'000};

// Answers with what it was asked; "/wait" holds its answer back until `let_go`.
class EchoService final : public HttpService {
public:
    explicit EchoService(EventLoops& loops) : gate_(loops[0]) {}

    Task<http::Response> answer(EventLoop&, http::Request request) override {
        if (request.path == "/wait") {
            waiting_.set_value();
            auto waiting = gate_.wait(patience);
            co_await waiting;
        }
        http::Response response;
        if (request.path == "/big")
            response.body.assign(big_bytes, 'b');
        else
            response.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
        if (request.path == "/none")
            response.status = 204;
        co_return std::move(response);
    }
    http::Response refusal(EventLoop&, const HttpError& error) override {
        http::Response response;
        response.status = error.status;
        response.body = error.code;
        return response;
    }
    void connection_opened() override { ++opened; }
    void connection_closed() override { ++closed; }
    void connection_dropped(std::string_view) override { ++dropped; }

    // Returns once a request waits.
    void await_waiting() { waiting_.get_future().wait(); }
    void let_go() { gate_.cancel(); }

    static constexpr std::size_t big_bytes = 32 * 1024 * 1024; // more than the kernel buffers for a socket

    std::atomic<int> opened{0}, closed{0}, dropped{0};

private:
    Timer gate_;
    std::promise<void> waiting_;
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
        EXPECT_EQ(service->opened, service->closed);
        EXPECT_EQ(listener->connections(), 0U);
    }

    TestClient client() const { return TestClient(port); }

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

} // namespace
} // namespace dialproof::net
