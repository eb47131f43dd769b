// The HTTP listener under TLS. What does not differ from HTTP in the clear is in http_listener_test.cpp.
#include "net/http_listener.h"

#include "base/run_loop.h"
#include "net/test_tls_client.h"

#include <atomic>
#include <future>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

constexpr Milliseconds soon{50};
constexpr Milliseconds patience{20'000};

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
        response.body = request.path + " " + request.body;
        if (request.path == "/big")
            response.body.assign(big_bytes, 'b');
        if (request.path == "/loop")
            response.body = std::to_string(loop.index());
        co_return std::move(response);
    }
    bool streams(const http::Request&) override { return false; }
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
        dropped_.emplace_back(reason);
    }
    std::vector<std::string> dropped() {
        const std::lock_guard lock(mutex_);
        return dropped_;
    }

    void await_waiting() { waiting_.get_future().wait(); }
    void let_go() { gate_.cancel(); }

    static constexpr std::size_t big_bytes = 32 * 1024 * 1024; // more than the kernel buffers for a socket

    std::atomic<int> opened{0}, closed{0};

private:
    Timer gate_;
    std::promise<void> waiting_;
    std::mutex mutex_;
    std::vector<std::string> dropped_;
};

const TestCertificate& authority() {
    static const TestCertificate made = make_certificate({"clients", Seconds{86400}});
    return made;
}

TestCertificate signed_by(const TestCertificate& issuer) {
    TestCertificateWish wish;
    wish.name = "a client";
    wish.issuer = &issuer;
    return make_certificate(wish);
}

TlsCredentials credentials_for(const std::string& name) {
    TestCertificateWish wish;
    wish.name = name;
    const auto own = make_certificate(wish);
    TlsCredentials credentials;
    credentials.certificate = own.certificate;
    credentials.key = Secret<std::string>(own.key);
    credentials.client_ca = authority().certificate;
    return credentials;
}

class TlsListenerTest : public testing::Test {
protected:
    void start(const Limits& limits = {}, std::size_t loop_count = 2,
               ClientCertificates client_certificates = ClientCertificates::off) {
        auto credentials = credentials_for("first");
        credentials.client_certificates = client_certificates;
        auto made = TlsContext::make(credentials, {"h2", "http/1.1"});
        ASSERT_TRUE(made) << made.error().what;
        tls = std::move(*made);
        loops = std::make_unique<EventLoops>(loop_count);
        service = std::make_unique<EchoService>(*loops);
        listener = std::make_unique<HttpListener>(*loops, limits, *service);
        loops->start();
        const auto listening = listener->listen("127.0.0.1", 0, *tls);
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

    TestTlsClient client(const TestTlsWish& wish = {}) const { return TestTlsClient(port, wish); }
    static TestTlsWish version(int only) {
        TestTlsWish wish;
        wish.version = only;
        return wish;
    }
    static TestTlsWish offering(const std::string& protocols) {
        TestTlsWish wish;
        wish.protocols = protocols;
        return wish;
    }

    static int status_of(TestClient& one, const std::string& target = "/a") {
        one.get(target);
        return one.read_answer().status;
    }

    std::unique_ptr<TlsContext> tls;
    std::unique_ptr<EventLoops> loops;
    std::unique_ptr<EchoService> service;
    std::unique_ptr<HttpListener> listener;
    std::uint16_t port = 0;
};

TEST_F(TlsListenerTest, answers_under_both_versions) {
    start();
    for (const auto& [number, name] : {std::pair(TLS1_2_VERSION, "TLSv1.2"), {TLS1_3_VERSION, "TLSv1.3"}}) {
        auto one = client(version(number));
        ASSERT_TRUE(one.shake_hands()) << one.why();
        EXPECT_EQ(one.version(), name);
        for (int i = 0; i < 20; ++i) {
            one.get("/a");
            EXPECT_EQ(one.read_answer().body, "/a ");
        }
    }
    EXPECT_TRUE(service->dropped().empty());
}

TEST_F(TlsListenerTest, refuses_what_is_too_old) {
    start();
    auto old = client(version(TLS1_1_VERSION));
    EXPECT_FALSE(old.shake_hands());
    EXPECT_EQ(old.why(), "tlsv1 alert protocol version");
    for (const char* ciphers :
         {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "DHE-RSA-AES128-GCM-SHA256"}) {
        auto wish = version(TLS1_2_VERSION);
        wish.ciphers = ciphers;
        auto weak = client(wish);
        EXPECT_FALSE(weak.shake_hands()) << ciphers;
        EXPECT_EQ(weak.why(), "sslv3 alert handshake failure");
    }
    EXPECT_TRUE(stop());
    EXPECT_EQ(service->dropped(), std::vector<std::string>(4, "tls_handshake_failed"));
}

TEST_F(TlsListenerTest, settles_on_a_protocol) {
    start();
    const std::string http1 = "\x08http/1.1", h2 = "\x02h2", unknown = "\x04spdy";
    for (const auto& [offered, settled] :
         {std::pair(http1 + h2, "h2"), {unknown + http1, "http/1.1"}, {"", ""}}) {
        auto one = client(offering(offered));
        ASSERT_TRUE(one.shake_hands()) << one.why();
        EXPECT_EQ(one.protocol(), settled);
    }
    auto stranger = client(offering(unknown));
    EXPECT_FALSE(stranger.shake_hands());
    EXPECT_EQ(stranger.why(), "tlsv1 alert no application protocol");
}

TEST_F(TlsListenerTest, serves_who_offers_no_protocol_and_who_offers_ours) {
    start();
    for (const auto& offered : {std::string(), std::string("\x08http/1.1")}) {
        auto one = client(offering(offered));
        ASSERT_TRUE(one.shake_hands()) << one.why();
        EXPECT_EQ(status_of(one), 200);
    }
}

TEST_F(TlsListenerTest, lets_nobody_negotiate_again) {
    start();
    auto one = client(version(TLS1_2_VERSION));
    ASSERT_TRUE(one.shake_hands());
    EXPECT_FALSE(one.renegotiate());
    EXPECT_EQ(one.why(), "no renegotiation");
}

TEST_F(TlsListenerTest, reads_byte_by_byte) {
    start();
    for (const int number : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto wish = version(number);
        wish.slice = 1;
        auto slow = client(wish);
        ASSERT_TRUE(slow.shake_hands()) << slow.why();
        slow.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        EXPECT_EQ(slow.read_answer().body, "/c hello");
    }
}

TEST_F(TlsListenerTest, reads_and_writes_large_bodies) {
    Limits limits;
    limits.body_bytes = 4 * 1024 * 1024;
    start(limits);
    auto one = client();
    ASSERT_TRUE(one.shake_hands());
    const std::string body(limits.body_bytes, 'x');
    one.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
             body);
    EXPECT_EQ(one.read_answer().body, "/c " + body);
    one.get("/big");
    EXPECT_EQ(one.read_answer().body, std::string(EchoService::big_bytes, 'b'));
    EXPECT_EQ(status_of(one), 200);
}

TEST_F(TlsListenerTest, answers_pipelined_requests_and_what_came_before_close_notify) {
    start();
    auto one = client();
    ASSERT_TRUE(one.shake_hands());
    std::string all;
    for (int i = 0; i < 50; ++i)
        all += "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n" + std::to_string(10 + i);
    one.send(all);
    one.close_notify();
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(one.read_answer().body, "/p " + std::to_string(10 + i));
    EXPECT_TRUE(one.ends_well());
}

TEST_F(TlsListenerTest, lets_a_client_that_still_sends_read_the_refusal) {
    start();
    for (int i = 0; i < 10; ++i) {
        auto one = client();
        ASSERT_TRUE(one.shake_hands());
        one.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n" + std::string(150000, 'x'));
        EXPECT_EQ(one.read_answer().status, 413);
        EXPECT_TRUE(one.ends_well());
    }
}

TEST_F(TlsListenerTest, says_that_it_closes) {
    start();
    for (const int number : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto one = client(version(number));
        ASSERT_TRUE(one.shake_hands());
        one.get("/a", "Connection: close\r\n");
        EXPECT_EQ(one.read_answer().status, 200);
        EXPECT_TRUE(one.ends_well());
    }
}

TEST_F(TlsListenerTest, takes_a_close_without_a_word_for_an_end) {
    start();
    for (const std::string request :
         {"", "GET /a HT", "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe"}) {
        auto one = client();
        ASSERT_TRUE(one.shake_hands());
        one.send(request);
        one.end_sending();
        EXPECT_EQ(one.read_answer().status, 0);
    }
    EXPECT_TRUE(stop()); // which waits for their end
    EXPECT_TRUE(service->dropped().empty());
}

TEST_F(TlsListenerTest, gives_up_on_a_client_that_does_not_read) {
    Limits limits;
    limits.write_time = soon;
    start(limits);
    auto deaf = client();
    ASSERT_TRUE(deaf.shake_hands());
    deaf.get("/big");
    EXPECT_TRUE(stop()); // which waits for the connection's end
    EXPECT_LT(deaf.read_to_end().size(), EchoService::big_bytes);
}

TEST_F(TlsListenerTest, waits_only_so_long_for_a_handshake) {
    Limits limits;
    limits.header_time = soon;
    start(limits);
    TestClient silent(port), half(port);
    const auto hello = client().hello();
    half.send(hello.substr(0, hello.size() / 2));
    EXPECT_TRUE(half.ends());
    EXPECT_TRUE(silent.ends());
    EXPECT_TRUE(stop());
    EXPECT_EQ(service->dropped(),
              std::vector<std::string>{"tls_handshake_failed"}); // who said nothing is no news
}

TEST_F(TlsListenerTest, survives_a_hello_that_is_cut_off_anywhere) {
    start();
    const auto hello = client().hello();
    for (std::size_t size = 0; size < hello.size(); size += 7) {
        TestClient cut(port);
        cut.send(std::string_view(hello).substr(0, size));
    }
    auto one = client();
    ASSERT_TRUE(one.shake_hands());
    EXPECT_EQ(status_of(one), 200);
}

TEST_F(TlsListenerTest, answers_nonsense_with_an_alert_at_most) {
    start();
    TestClient one(port);
    one.send(std::string(1000, '\0'));
    EXPECT_LE(one.read_to_end().size(), 7U);
}

TEST_F(TlsListenerTest, tells_who_speaks_in_the_clear) {
    start();
    TestClient plain(port);
    plain.get("/a");
    const auto refusal = plain.read_answer();
    EXPECT_EQ(refusal.status, 400);
    EXPECT_EQ(refusal.body, "tls_expected");
    EXPECT_TRUE(plain.ends());
}

TEST_F(TlsListenerTest, answers_in_the_clear_beside_it) {
    start();
    const auto plain_port = listener->listen("127.0.0.1", 0);
    ASSERT_TRUE(plain_port);
    TestClient plain(*plain_port);
    auto secure = client();
    ASSERT_TRUE(secure.shake_hands());
    EXPECT_EQ(status_of(plain), 200);
    EXPECT_EQ(status_of(secure), 200);
}

TEST_F(TlsListenerTest, closes_the_silent_for_a_new_one_at_the_limit) {
    Limits limits;
    limits.connections = 2;
    start(limits, 1);
    auto busy = client();
    ASSERT_TRUE(busy.shake_hands());
    busy.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(busy.read_answer().status, 100);
    TestClient silent(port);

    auto third = client();
    ASSERT_TRUE(third.shake_hands()) << third.why();
    EXPECT_TRUE(silent.ends());
    third.send("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(third.read_answer().status, 100);

    auto fourth = client();
    EXPECT_FALSE(fourth.shake_hands());
    EXPECT_EQ(service->dropped(),
              (std::vector<std::string>{"idle_at_connection_limit", "too_many_connections"}));
}

TEST_F(TlsListenerTest, finishes_what_is_under_way_when_it_stops) {
    start({}, 1);
    auto idle = client(), busy = client();
    for (auto* one : {&idle, &busy}) {
        ASSERT_TRUE(one->shake_hands());
        EXPECT_EQ(status_of(*one), 200);
    }
    TestClient silent(port);
    busy.get("/wait");
    service->await_waiting();

    auto stopped = std::async(std::launch::async, [this] { return stop(); });
    EXPECT_TRUE(idle.ends_well());
    EXPECT_TRUE(silent.ends());
    service->let_go();
    const auto answer = busy.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(busy.ends_well());
    EXPECT_TRUE(stopped.get());
}

TEST_F(TlsListenerTest, resumes_sessions_on_every_loop) {
    start();
    for (const int number : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto first = client(version(number));
        ASSERT_TRUE(first.shake_hands());
        EXPECT_FALSE(first.was_resumed());
        EXPECT_EQ(status_of(first), 200);
        auto wish = version(number);
        wish.session = first.session();
        std::set<std::string> seen;
        while (seen.size() < loops->size()) {
            auto again = client(wish);
            ASSERT_TRUE(again.shake_hands());
            EXPECT_TRUE(again.was_resumed());
            again.get("/loop");
            seen.insert(again.read_answer().body);
        }
    }
}

TEST_F(TlsListenerTest, shows_a_new_certificate_to_new_connections_alone) {
    start();
    for (const int number : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        ASSERT_TRUE(tls->replace(credentials_for("first")));
        auto kept = client(version(number));
        ASSERT_TRUE(kept.shake_hands());
        EXPECT_EQ(kept.server_name(), "first");
        EXPECT_EQ(status_of(kept), 200);

        ASSERT_TRUE(tls->replace(credentials_for("second")));
        auto broken = credentials_for("third");
        broken.certificate.clear();
        EXPECT_FALSE(tls->replace(broken));
        EXPECT_EQ(status_of(kept), 200);
        auto wish = version(number);
        wish.session = kept.session();
        auto fresh = client(wish);
        ASSERT_TRUE(fresh.shake_hands()) << fresh.why();
        EXPECT_FALSE(fresh.was_resumed()); // or a client would be let in by a CA of before
        EXPECT_EQ(fresh.server_name(), "second");
        EXPECT_EQ(status_of(fresh), 200);
    }
}

TEST_F(TlsListenerTest, serves_only_clients_with_a_certificate_where_they_are_required) {
    start({}, 2, ClientCertificates::required);
    const auto stranger = signed_by(make_certificate({}));
    const auto known = signed_by(authority());
    for (const int number : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto wish = version(number);
        // With TLS 1.3 a client takes its handshake for done before the server has seen its certificate.
        auto none = client(wish);
        none.shake_hands();
        EXPECT_EQ(status_of(none), 0);
        EXPECT_TRUE(none.why() == "tlsv13 alert certificate required" ||
                    none.why() == "sslv3 alert handshake failure")
            << none.why();

        wish.certificate = stranger;
        auto wrong = client(wish);
        wrong.shake_hands();
        EXPECT_EQ(status_of(wrong), 0);
        EXPECT_EQ(wrong.why(), "tlsv1 alert unknown ca");

        wish.certificate = known;
        auto right = client(wish);
        ASSERT_TRUE(right.shake_hands()) << right.why();
        EXPECT_EQ(status_of(right), 200);
        wish.session = right.session();
        auto again = client(wish);
        ASSERT_TRUE(again.shake_hands()) << again.why();
        EXPECT_TRUE(again.was_resumed());
        EXPECT_EQ(status_of(again), 200);
    }
}

TEST_F(TlsListenerTest, serves_clients_without_a_certificate_where_it_is_optional) {
    start({}, 2, ClientCertificates::optional);
    auto none = client();
    ASSERT_TRUE(none.shake_hands());
    EXPECT_EQ(status_of(none), 200);
    TestTlsWish wish;
    wish.certificate = signed_by(make_certificate({}));
    auto wrong = client(wish);
    wrong.shake_hands();
    EXPECT_EQ(status_of(wrong), 0);
    wish.certificate = signed_by(authority());
    auto right = client(wish);
    ASSERT_TRUE(right.shake_hands());
    EXPECT_EQ(status_of(right), 200);
}

} // namespace
} // namespace dialproof::net
