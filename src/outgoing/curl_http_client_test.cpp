#include "outgoing/curl_http_client.h"

#include "base/run_loop.h"
#include "outgoing/test_servers.h"

#include <csignal>

#include <gtest/gtest.h>

namespace dialproof::outgoing {
namespace {

using Answer = Result<ports::HttpReply, ports::HttpFailure>;

constexpr Milliseconds soon{100};

ports::HttpCall call_of(std::string url, std::string body = "") {
    ports::HttpCall call;
    call.url = std::move(url);
    call.body = Secret<std::string>(std::move(body));
    return call;
}

class CurlHttpClientTest : public testing::Test {
protected:
    CurlHttpClientTest() {
        std::signal(SIGPIPE, SIG_IGN);
        loops_.start();
    }
    ~CurlHttpClientTest() override {
        loops_.stop();
        loops_.join();
    }

    CurlHttpClient& client(HttpClientSettings settings = {}) {
        client_ = std::make_unique<CurlHttpClient>(loops_[0], std::move(settings));
        return *client_;
    }
    Answer fetch(const ports::HttpCall& call) { return here_.wait_for(client_->fetch(call)); }

    RunLoop here_;
    net::EventLoops loops_{1};
    std::unique_ptr<CurlHttpClient> client_; // ends before its loop, after it has stopped
};

class WithServer : public CurlHttpClientTest {
protected:
    EchoServer server_{loops_};
};

TEST_F(WithServer, SendsMethodFieldsAndBodyAndGivesTheWholeAnswer) {
    client();
    auto call = call_of(server_.url("/sms?to=1"), "text=123456");
    call.headers = {{"Content-Type", "text/plain"}, {"X-Empty", ""}, {"Authorization", "Basic abc"}};
    const auto reply = fetch(call);
    ASSERT_TRUE(reply) << reply.error().error;
    EXPECT_EQ(reply->status, 200U);
    EXPECT_EQ(reply->header("x-echo"), "yes");
    EXPECT_EQ(reply->body, "POST /sms?to=1\ntext/plain|Basic abc|\ntext=123456");
}

TEST_F(WithServer, AddsNoContentTypeOfItsOwn) {
    client();
    const auto reply = fetch(call_of(server_.url("/"), "x"));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "POST /\n||\nx");
}

TEST_F(WithServer, AsksWithGet) {
    client();
    auto call = call_of(server_.url("/balance"));
    call.method = "GET";
    const auto reply = fetch(call);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, "GET /balance\n||\n");
}

TEST_F(WithServer, UsesAConnectionAgain) {
    client();
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(fetch(call_of(server_.url("/"))));
    EXPECT_EQ(server_.connections(), 1U);
}

TEST_F(WithServer, OpensNoMoreConnectionsToAHostThanAllowed) {
    HttpClientSettings settings;
    settings.connections_per_host_max = 2;
    client(settings);
    std::size_t answered = 0;
    for (int i = 0; i < 20; ++i)
        spawn(here_, client_->fetch(call_of(server_.url("/"))),
              [&](const Answer& reply) { answered += reply ? 1 : 0; });
    ASSERT_TRUE(fetch(call_of(server_.url("/"))));
    while (answered < 20)
        ASSERT_TRUE(fetch(call_of(server_.url("/"))));
    EXPECT_LE(server_.connections(), 2U);
}

TEST_F(WithServer, GivesAnErrorStatusAsAnAnswerAndFollowsNoRedirect) {
    client();
    const auto refused = fetch(call_of(server_.url("/status/503")));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503U);
    const auto moved = fetch(call_of(server_.url("/status/302")));
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->status, 302U);
}

TEST_F(WithServer, TakesNoBodyBeyondItsBound) {
    HttpClientSettings settings;
    settings.reply_body_bytes_max = 1000;
    client(settings);
    EXPECT_TRUE(fetch(call_of(server_.url("/bytes/1000"))));
    const auto reply = fetch(call_of(server_.url("/bytes/1001")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "answer_too_large");
    EXPECT_TRUE(reply.error().maybe_sent);
}

TEST_F(WithServer, RefusesCallsThatWouldSayMoreThanTheirFields) {
    client();
    auto call = call_of(server_.url("/"));
    call.headers = {{"X-Name", "value\r\nX-Other: value"}};
    const auto reply = fetch(call);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "bad_call");
    EXPECT_FALSE(reply.error().maybe_sent);
}

TEST_F(WithServer, GivesUpInTimeAndSaysThatItWasSent) {
    client();
    auto call = call_of(server_.url("/silent"));
    call.time_max = soon;
    const auto reply = fetch(call);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "timed_out");
    EXPECT_TRUE(reply.error().maybe_sent);
}

TEST_F(WithServer, SaysThatItsQueueIsFull) {
    HttpClientSettings settings;
    settings.calls_max = 1;
    client(settings);
    auto slow = call_of(server_.url("/silent"));
    slow.time_max = soon;
    std::optional<Answer> late;
    spawn(here_, client_->fetch(slow), [&](Answer reply) { late = std::move(reply); });
    here_.run_until_idle();
    const auto reply = fetch(call_of(server_.url("/")));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "queue_full");
    EXPECT_FALSE(reply.error().maybe_sent);
    while (!late)
        here_.wait_for(client_->fetch(slow));
}

TEST_F(WithServer, CallsThatWaitForAConnectionEndInTimeToo) {
    HttpClientSettings settings;
    settings.connections_per_host_max = 1;
    client(settings);
    auto slow = call_of(server_.url("/silent"));
    slow.time_max = 3 * soon;
    std::optional<Answer> holder;
    spawn(here_, client_->fetch(slow), [&](Answer reply) { holder = std::move(reply); });
    here_.run_until_idle();
    auto waiting = call_of(server_.url("/"));
    waiting.time_max = soon;
    const auto reply = fetch(waiting);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "timed_out");
    EXPECT_FALSE(reply.error().maybe_sent);
    while (!holder)
        fetch(waiting);
}

TEST_F(WithServer, FailsWhatIsUnderWayWhenItEnds) {
    client();
    std::optional<Answer> ended;
    spawn(here_, client_->fetch(call_of(server_.url("/silent"))),
          [&](Answer reply) { ended = std::move(reply); });
    here_.run_until_idle();
    server_.await_silent();
    std::atomic<bool> gone{false};
    loops_[0].call([&] {
        client_.reset();
        gone = true;
        gone.notify_one();
    });
    gone.wait(false);
    while (!ended)
        here_.run_until_idle();
    ASSERT_FALSE(*ended);
    EXPECT_EQ(ended->error().error, "stopped");
    EXPECT_TRUE(ended->error().maybe_sent);
}

// What a connection brings that no HTTP server would say.
struct Odd {
    const char* name;
    std::string says;
    std::string error;
};

class OddServers : public CurlHttpClientTest, public testing::WithParamInterface<Odd> {};

TEST_P(OddServers, AreNoAnswerAndTheRequestMayHaveArrived) {
    client();
    const RawServer server(GetParam().says);
    const auto reply = fetch(call_of(server.url(), "body"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, GetParam().error);
    EXPECT_TRUE(reply.error().maybe_sent);
}

INSTANTIATE_TEST_SUITE_P(
    All, OddServers,
    testing::Values(Odd{"closes", "", "connection_lost"},
                    Odd{"speaks_something_else", "220 smtp ready\r\n", "bad_answer"},
                    Odd{"cut_short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "connection_lost"},
                    Odd{"endless_head", "HTTP/1.1 200 OK\r\nX-Long: " + std::string(40'000, 'h') + "\r\n\r\n",
                        "answer_too_large"},
                    Odd{"huge_body", "HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'b'),
                        "answer_too_large"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(CurlHttpClientTest, SaysThatNobodyListensAndNothingWasSent) {
    client();
    const auto reply = fetch(call_of("http://127.0.0.1:" + std::to_string(port_of_nobody()) + "/"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "connect_failed");
    EXPECT_FALSE(reply.error().maybe_sent);
}

TEST_F(CurlHttpClientTest, SpeaksNothingButHttp) {
    client();
    for (const auto* url : {"file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "no url"}) {
        const auto reply = fetch(call_of(url));
        ASSERT_FALSE(reply) << url;
        EXPECT_FALSE(reply.error().maybe_sent);
    }
}

TEST_F(CurlHttpClientTest, NeverSendsARequestTwiceThoughTheConnectionEndedWithoutAnAnswer) {
    client();
    const RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", RawServer::Then::reads_once_more);
    auto call = call_of(server.url());
    call.method = "GET";
    ASSERT_TRUE(fetch(call));
    const auto reply = fetch(call);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "connection_lost");
    EXPECT_TRUE(reply.error().maybe_sent);
    EXPECT_EQ(server.requests(), 2U);
}

TEST_F(CurlHttpClientTest, TakesTheProxyOfNoEnvironment) {
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    EchoServer server(loops_);
    client();
    EXPECT_TRUE(fetch(call_of(server.url("/"))));
    unsetenv("http_proxy");
}

class UnderTls : public CurlHttpClientTest {
protected:
    HttpClientSettings trusting(const TestIdentity& identity) {
        HttpClientSettings settings;
        settings.authorities = identity.authorities();
        return settings;
    }

    TestIdentity local_{"localhost"}, other_{"example.com"};
};

TEST_F(UnderTls, SpeaksHttp2WithWhomTheAuthoritySigned) {
    EchoServer server(loops_, local_);
    client(trusting(local_));
    const auto reply = fetch(call_of(server.url("/sms"), "body"));
    ASSERT_TRUE(reply) << reply.error().error;
    EXPECT_EQ(reply->body, "POST /sms\n||\nbody");
}

TEST_F(UnderTls, DoesNotTalkToWhomNoAuthoritySigned) {
    EchoServer server(loops_, local_);
    client(trusting(other_));
    const auto reply = fetch(call_of(server.url("/sms"), "body"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "tls_failed");
    EXPECT_FALSE(reply.error().maybe_sent);
}

TEST_F(UnderTls, DoesNotTalkToWhomHasAnotherName) {
    EchoServer server(loops_, other_);
    client(trusting(other_));
    const auto reply = fetch(call_of(server.url("/sms"), "body"));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "tls_failed");
    EXPECT_FALSE(reply.error().maybe_sent);
}

TEST_F(UnderTls, GivesUpInTimeWhereTheHandshakeIsNotAnswered) {
    const RawServer server("", RawServer::Then::stays_silent);
    client();
    auto call = call_of("https" + server.url().substr(4), "body");
    call.connect_time_max = soon;
    const auto reply = fetch(call);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().error, "timed_out");
    EXPECT_FALSE(reply.error().maybe_sent);
}

} // namespace
} // namespace dialproof::outgoing
