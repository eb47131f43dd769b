#include "server/server.h"

#include "base/run_loop.h"
#include "net/test_client.h"
#include "net/test_http2_client.h"

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dialproof::server {
namespace {

using net::TestClient;
using net::TestHttp2Client;
using net::TestHttp2Peer;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Milliseconds patience{20'000};

class Recorder final : public Observer {
public:
    void request_done(const RequestDone& done) override {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::string(done.mount) + "/" + std::string(done.route) + " " +
                         std::string(done.method) + " " + std::string(done.path) + " " +
                         std::to_string(done.status) + " from " + std::string(done.caller_address) + " id " +
                         std::string(done.request_id) + (done.protocol == "2" ? " by HTTP/2" : ""));
    }
    void request_rejected(std::string_view reason) override { add("rejected " + std::string(reason)); }
    void handler_failed(std::string_view request_id, std::string_view what) override {
        add("failed " + std::string(request_id) + ": " + std::string(what));
    }
    void connection_opened() override { ++connections; }
    void connection_closed() override { --connections; }

    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::atomic<int> connections{0};

private:
    void add(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

class ServerTest : public testing::Test {
protected:
    void start(Config config = {}) {
        server = std::make_unique<Server>(loops, std::move(config), mounts(), operations(), recorder);
        loops.start();
        const auto listening = server->listen("127.0.0.1", 0);
        ASSERT_TRUE(listening) << listening.error();
        port = *listening;
    }

    void TearDown() override {
        if (!server)
            return;
        EXPECT_TRUE(stop());
        EXPECT_EQ(recorder.connections, 0);
    }

    bool stop(Milliseconds within = patience) const {
        RunLoop here;
        return here.wait_for(server->stop(within));
    }

    Operations operations() {
        return {[this] { return ask_ready(ready); }, [] { return std::string("requests_total 7\n"); },
                Milliseconds(0)};
    }
    static Task<bool> ask_ready(std::atomic<bool>& flag) { co_return flag.load(); }

    std::vector<http::Mount> mounts() {
        http::Mount mount;
        mount.name = "test";
        mount.prefixes = {"/t/"};
        mount.routes = {
            {"GET", "/t/hello/{name}", "Hello", [](http::Request r) { return hello(std::move(r)); }},
            {"GET", "/t/cached", "Cached", [](http::Request) { return cached(); }},
            {"GET", "/t/throw", "Throw", [](http::Request r) { return throwing(std::move(r)); }},
            {"GET", "/t/throw-at-once", "ThrowAtOnce",
             [](http::Request) -> Task<http::Response> { throw std::runtime_error("no task"); }},
            {"GET", "/t/wait", "Wait", [this](http::Request) { return wait(this); }},
            {"POST", "/t/echo", "Echo", [](http::Request r) { return echo(std::move(r)); }, true},
            {"GET", "/t/watch", "Watch", [this](http::Request) { return watch(loops[0]); }, true},
            {"POST", "/t/broken", "Broken", [](http::Request) { return broken(); }, true},
        };
        mount.refused = [](const http::Request& r, int status, std::string_view message) {
            return http::json_response(status, r.path + " refused: " + std::string(message));
        };
        mount.time_limit = [](const http::Request& r) -> std::optional<http::TimeLimit> {
            const auto limit = r.headers.find("x-within");
            if (!limit)
                return {};
            return http::TimeLimit{Milliseconds(std::stoi(std::string(*limit))),
                                   http::json_response(200, "late, says the mount")};
        };
        mount.not_found = [](const http::Request& r) { return http::json_response(404, "no " + r.path); };
        mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
            return http::json_response(405, "only " + allow);
        };
        return {mount};
    }

    static Task<http::Response> hello(http::Request request) {
        co_return http::json_response(200, request.path_parameters.at("name") + " " + request.id + " " +
                                               request.caller_address);
    }
    static Task<http::Response> cached() {
        auto response = http::json_response(200, "{}");
        response.headers.add("cache-control", "max-age=60");
        co_return std::move(response);
    }
    static Task<http::Response> throwing(http::Request request) {
        if (request.method == "GET")
            throw std::runtime_error("broken");
        co_return http::Response{};
    }
    static Task<http::Response> wait(ServerTest* self) {
        self->entered.set_value();
        auto waiting = self->gate.wait(patience);
        co_await waiting;
        co_return http::json_response(200, "waited");
    }

    // Sends back what comes, and how many pieces it was.
    class Echo final : public http::ResponseStream {
    public:
        explicit Echo(std::shared_ptr<http::BodyStream> body) : body_(std::move(body)) {}
        Task<std::optional<std::string>> next() override {
            auto coming = body_->next();
            auto piece = co_await coming;
            pieces_ += piece ? 1 : 0;
            co_return std::move(piece);
        }
        [[nodiscard]] http::Headers trailers() const override {
            http::Headers trailers;
            trailers.add("x-pieces", std::to_string(pieces_));
            return trailers;
        }

    private:
        std::shared_ptr<http::BodyStream> body_;
        int pieces_ = 0;
    };
    class Broken final : public http::ResponseStream {
        Task<std::optional<std::string>> next() override { throw std::runtime_error("broken stream"); }
    };
    // Waits for what does not come.
    class Watching final : public http::ResponseStream {
    public:
        explicit Watching(net::EventLoop& loop) : gate_(loop) {}
        Task<std::optional<std::string>> next() override {
            if (std::exchange(told_, true)) {
                auto waiting = gate_.wait(Milliseconds(1'000'000));
                co_await waiting;
                co_return std::nullopt;
            }
            co_return "watching";
        }
        void abandon() override { gate_.cancel(); }

    private:
        net::Timer gate_;
        bool told_ = false;
    };
    static Task<http::Response> watch(net::EventLoop& loop) {
        http::Response response;
        response.stream = std::make_shared<Watching>(loop);
        co_return std::move(response);
    }
    static Task<http::Response> echo(http::Request request) {
        http::Response response;
        response.headers.add("x-trailers-reach", request.trailers_reach ? "yes" : "no");
        response.stream = std::make_shared<Echo>(request.stream);
        co_return std::move(response);
    }
    static Task<http::Response> broken() {
        http::Response response;
        response.stream = std::make_shared<Broken>();
        co_return std::move(response);
    }

    TestClient client() const { return TestClient(port); }
    TestHttp2Client http2_client() const { return TestHttp2Client(port); }

    Recorder recorder;
    std::atomic<bool> ready{true};
    std::promise<void> entered;
    net::EventLoops loops{2};
    net::Timer gate{loops[0]};
    std::unique_ptr<Server> server;
    std::uint16_t port = 0;
};

TEST_F(ServerTest, brings_a_request_to_its_handler) {
    start();
    auto one = client();
    one.get("/t/hello/J%C3%BCrg?secret=1", "X-Request-Id: abc-1\r\nX-Forwarded-For: 1.2.3.4\r\n");
    const auto answer = one.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "J\xC3\xBCrg abc-1 127.0.0.1");
    EXPECT_EQ(answer.headers.at("x-request-id"), "abc-1");
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
    EXPECT_EQ(answer.headers.at("server"), "dialproof");
    EXPECT_THAT(recorder.lines(),
                ElementsAre("test/Hello GET /t/hello/J%C3%BCrg 200 from 127.0.0.1 id abc-1"));
}

TEST_F(ServerTest, believes_its_own_proxies) {
    Config config;
    config.trusted_proxies = TrustedProxies::parse({"127.0.0.0/8"}).value();
    start(std::move(config));
    auto one = client();
    one.get("/t/hello/x", "X-Request-Id: i\r\nX-Forwarded-For: 9.9.9.9, 1.2.3.4\r\n");
    EXPECT_EQ(one.read_answer().body, "x i 1.2.3.4");
}

TEST_F(ServerTest, leaves_caching_to_the_handler_that_wants_it) {
    start();
    auto one = client();
    one.get("/t/cached");
    EXPECT_EQ(one.read_answer().headers.at("cache-control"), "max-age=60");
}

TEST_F(ServerTest, lets_the_mount_say_that_there_is_nothing) {
    start();
    auto one = client();
    one.get("/t/nothing");
    auto answer = one.read_answer();
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, "no /t/nothing");
    EXPECT_EQ(answer.headers.at("x-request-id").size(), 32U);

    one.send("POST /t/cached HTTP/1.1\r\nHost: x\r\n\r\n");
    answer = one.read_answer();
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.body, "only GET");
    EXPECT_EQ(answer.headers.at("allow"), "GET");

    one.get("/elsewhere");
    answer = one.read_answer();
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, R"({"error":{"code":"not_found","message":"There is nothing at this path."}})");

    one.get("/t/hello/%zz");
    answer = one.read_answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, "/t/hello/%zz refused: The path is not well-formed percent-encoding.");
    EXPECT_THAT(recorder.lines(), Contains(HasSubstr("/ GET /elsewhere 404")));
    EXPECT_THAT(recorder.lines(), Contains("rejected path_malformed"));
}

TEST_F(ServerTest, answers_head_as_get_without_the_body) {
    start();
    auto one = client();
    one.send("HEAD /t/cached HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(one.read_answer(true).headers.at("content-length"), "2");
    one.get("/t/cached");
    EXPECT_EQ(one.read_answer().body, "{}");
}

TEST_F(ServerTest, survives_handlers_that_throw) {
    start();
    auto one = client();
    for (const std::string path : {"/t/throw", "/t/throw-at-once"}) {
        one.get(path, "X-Request-Id: bad\r\n");
        const auto answer = one.read_answer();
        EXPECT_EQ(answer.status, 500);
        EXPECT_THAT(answer.body, HasSubstr(R"("code":"internal_error")"));
        EXPECT_THAT(answer.body, Not(HasSubstr("broken")));
    }
    EXPECT_THAT(recorder.lines(), Contains("failed bad: broken"));
    EXPECT_THAT(recorder.lines(), Contains("failed bad: no task"));
    EXPECT_EQ(server->in_flight(), 0U);
}

TEST_F(ServerTest, refuses_what_is_no_request_with_all_its_headers) {
    start();
    auto one = client();
    one.send("NONSENSE\r\n\r\n");
    const auto answer = one.read_answer();
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr(R"({"error":{"code":"malformed_request","message":")"));
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.at("x-request-id").size(), 32U);
    EXPECT_THAT(recorder.lines(), ElementsAre("rejected malformed_request"));
}

TEST_F(ServerTest, answers_busy_at_once_when_its_handlers_are) {
    Config config;
    config.in_flight_max = 1;
    start(std::move(config));
    auto slow = client(), other = client();
    slow.get("/t/wait");
    entered.get_future().wait();
    other.get("/t/cached");
    const auto busy = other.read_answer();
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.headers.at("retry-after"), "1");
    EXPECT_THAT(recorder.lines(), Contains("rejected overloaded"));
    other.get("/healthz"); // the load limit is not for those who look after the server
    EXPECT_EQ(other.read_answer().status, 200);
    gate.cancel();
    EXPECT_EQ(slow.read_answer().body, "waited");
    for (int i = 0; i < 5; ++i) { // also pipelined ones, each after the other
        other.get("/t/cached");
        other.get("/t/cached");
        EXPECT_EQ(other.read_answer().status, 200);
        EXPECT_EQ(other.read_answer().status, 200);
    }
}

TEST_F(ServerTest, gives_up_on_handlers_that_take_too_long) {
    Config config;
    config.limits.handler_time = Milliseconds(30);
    start(std::move(config));
    auto one = client();
    one.get("/t/wait");
    const auto late = one.read_answer();
    EXPECT_EQ(late.status, 504);
    EXPECT_THAT(late.body, HasSubstr("handler_timeout"));
    EXPECT_EQ(server->in_flight(), 1U); // it still works, and counts
    one.get("/t/cached");
    EXPECT_EQ(one.read_answer().status, 200);
    gate.cancel();
}

TEST_F(ServerTest, tells_its_health) {
    start();
    auto one = client();
    one.get("/healthz");
    EXPECT_EQ(one.read_answer().status, 200);
    one.get("/readyz");
    EXPECT_EQ(one.read_answer().status, 200);
    ready = false;
    one.get("/readyz");
    EXPECT_EQ(one.read_answer().status, 503);
    ready = true;
    server->announce_stop();
    one.get("/readyz");
    const auto stopping = one.read_answer();
    EXPECT_EQ(stopping.status, 503);
    EXPECT_EQ(stopping.body, R"({"status":"stopping"})");
    one.get("/healthz");
    EXPECT_EQ(one.read_answer().status, 200);
    one.get("/metrics");
    const auto metrics = one.read_answer();
    EXPECT_EQ(metrics.body, "requests_total 7\n");
    EXPECT_EQ(metrics.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    one.send("POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(one.read_answer().headers.at("allow"), "GET");
}

TEST_F(ServerTest, finishes_what_is_under_way_when_it_stops) {
    start();
    auto idle = client(), busy = client();
    idle.get("/t/cached");
    EXPECT_EQ(idle.read_answer().status, 200);
    busy.get("/t/wait");
    entered.get_future().wait();
    auto stopped = std::async(std::launch::async, [this] { return stop(); });
    EXPECT_TRUE(idle.ends());
    while (client().connected()) { // until both loops know of the stop
    }
    gate.cancel();
    const auto answer = busy.read_answer();
    EXPECT_EQ(answer.body, "waited");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(stopped.get());
}

// A handler that was given up on is still under way: it may be about to commit.
TEST_F(ServerTest, waits_for_late_handlers_when_it_stops) {
    Config config;
    config.limits.handler_time = Milliseconds(30);
    start(std::move(config));
    auto one = client();
    one.get("/t/wait");
    EXPECT_EQ(one.read_answer().status, 504);
    EXPECT_FALSE(stop(Milliseconds(30)));
    gate.cancel();
    EXPECT_TRUE(stop());
    EXPECT_EQ(server->in_flight(), 0U);
}

TEST_F(ServerTest, serves_both_versions_on_one_port) {
    start();
    auto one = http2_client();
    auto fields = TestHttp2Peer::request("GET", "/t/hello/x");
    fields.emplace_back("x-request-id", "abc-2");
    const auto& answer = one.wait_for(one.peer.send(fields));
    EXPECT_EQ(answer.body, "x abc-2 127.0.0.1");
    EXPECT_EQ(answer.headers.at("server"), "dialproof");
    EXPECT_THAT(recorder.lines(),
                ElementsAre("test/Hello GET /t/hello/x 200 from 127.0.0.1 id abc-2 by HTTP/2"));
}

TEST_F(ServerTest, hands_a_stream_to_a_route_that_wants_one) {
    start();
    auto one = http2_client();
    const auto stream = one.peer.send(TestHttp2Peer::request("POST", "/t/echo"), "first", false);
    ASSERT_TRUE(one.talk_until([&] { return one.peer.answer(stream).body == "first"; }));
    EXPECT_EQ(server->in_flight(), 1U); // until its answer has ended
    one.peer.more(stream, " last", true);
    const auto& answer = one.wait_for(stream);
    EXPECT_EQ(answer.body, "first last");
    EXPECT_EQ(answer.headers.at("x-trailers-reach"), "yes");
    EXPECT_EQ(answer.trailers.at("x-pieces"), "2");
    const auto& empty = one.wait_for(one.peer.send(TestHttp2Peer::request("POST", "/t/echo")));
    EXPECT_EQ(empty.trailers.at("x-pieces"), "0");

    auto old = client();
    old.send("POST /t/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nwhole");
    const auto all = old.read_to_end();
    EXPECT_THAT(all, HasSubstr("x-trailers-reach: no\r\n"));
    EXPECT_TRUE(all.ends_with("\r\n\r\n5\r\nwhole\r\n0\r\n\r\n")) << all;
}

TEST_F(ServerTest, bounds_the_streams_and_lets_them_take_no_place_of_others) {
    Config config;
    config.in_flight_max = config.streams_max = 1;
    start(std::move(config));
    auto one = http2_client();
    const auto open = one.peer.send(TestHttp2Peer::request("POST", "/t/echo"), "x", false);
    ASSERT_TRUE(one.talk_until([&] { return one.peer.answer(open).body == "x"; }));
    EXPECT_EQ(one.wait_for(one.peer.post("/t/echo", "y")).status, 503);
    EXPECT_EQ(one.wait_for(one.peer.get("/t/cached")).status, 200);
    one.peer.more(open, "", true);
    EXPECT_EQ(one.wait_for(open).trailers.at("x-pieces"), "1");
    EXPECT_EQ(one.wait_for(one.peer.post("/t/echo", "z")).body, "z");
}

TEST_F(ServerTest, tells_a_stream_that_its_client_has_gone) {
    start();
    auto one = http2_client();
    const auto open = one.peer.get("/t/watch");
    ASSERT_TRUE(one.talk_until([&] { return one.peer.answer(open).body == "watching"; }));
    one.peer.reset(open);
    EXPECT_EQ(one.wait_for(one.peer.get("/t/cached")).status, 200);
    while (server->in_flight() > 0) // what it waits for does not end by itself
        std::this_thread::yield();
}

TEST_F(ServerTest, survives_streams_that_throw) {
    start();
    auto one = http2_client();
    EXPECT_EQ(one.wait_for(one.peer.post("/t/broken", "x")).body, "");
    EXPECT_THAT(recorder.lines(), Contains(HasSubstr(": broken stream")));
}

TEST_F(ServerTest, lets_the_mount_say_what_is_refused) {
    Config config;
    config.in_flight_max = 1;
    start(std::move(config));
    auto one = http2_client();
    const auto& large = one.wait_for(one.peer.post("/t/cached", std::string(100'000, 'x')));
    EXPECT_EQ(large.status, 413);
    EXPECT_EQ(large.body, "/t/cached refused: The request body is too large.");
    EXPECT_EQ(large.headers.count("x-request-id"), 1U);
    const auto slow = one.peer.get("/t/wait");
    one.flush();
    entered.get_future().wait();
    const auto& busy = one.wait_for(one.peer.get("/t/cached"));
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.headers.at("retry-after"), "1");
    EXPECT_EQ(busy.body, "/t/cached refused: The server is busy. Try again in a second.");
    gate.cancel();
    EXPECT_EQ(one.wait_for(slow).status, 200);
    EXPECT_EQ(one.wait_for(one.peer.post("/elsewhere", std::string(100'000, 'x'))).body,
              R"({"error":{"code":"body_too_large","message":"The request body is too large."}})");
}

TEST_F(ServerTest, lets_the_mount_say_that_a_body_is_not_taken) {
    Config config;
    config.limits.body_time = Milliseconds(30);
    start(std::move(config));
    const std::string head = "POST /t/cached HTTP/1.1\r\nHost: x\r\n";
    auto large = client();
    large.send(head + "Content-Length: 100000\r\n\r\n");
    EXPECT_EQ(large.read_answer().body, "/t/cached refused: The request body is too large.");
    auto chunked = client();
    chunked.send(head + "Transfer-Encoding: chunked\r\n\r\n99999\r\n");
    EXPECT_EQ(chunked.read_answer().body, "/t/cached refused: The request body is too large.");
    auto late = client();
    late.send(head + "Content-Length: 5\r\n\r\nabc");
    EXPECT_THAT(late.read_answer().body, testing::StartsWith("/t/cached refused: "));
}

TEST_F(ServerTest, takes_no_longer_than_the_sender_allows) {
    Config config;
    config.limits.handler_time = Milliseconds(60);
    start(std::move(config));
    auto one = client();
    for (const std::string within : {"30", "1000000"}) {
        entered = {};
        one.get("/t/wait", "X-Within: " + within + "\r\n");
        EXPECT_EQ(one.read_answer().body, "late, says the mount");
        gate.cancel();
        while (server->in_flight() > 0)
            std::this_thread::yield();
    }
    EXPECT_THAT(recorder.lines(), Contains("rejected handler_timeout"));
}

} // namespace
} // namespace dialproof::server
