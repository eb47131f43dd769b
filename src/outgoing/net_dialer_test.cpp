#include "outgoing/net_dialer.h"

#include "base/run_loop.h"
#include "outgoing/test_servers.h"

#include <optional>

#include <gtest/gtest.h>

namespace dialproof::outgoing {
namespace {

using Dialed = Result<std::unique_ptr<ports::ByteStream>, std::string>;

constexpr Milliseconds soon{100};
constexpr std::size_t piece_bytes = 4096;

class NetDialerTest : public testing::Test {
protected:
    NetDialerTest() { loops_.start(); }
    ~NetDialerTest() override {
        loops_.stop();
        loops_.join();
    }

    Dialed dial(std::uint16_t port, const TestIdentity* trusted = nullptr,
                const std::string& host = "localhost") {
        ports::Endpoint endpoint;
        endpoint.host = host;
        endpoint.port = port;
        endpoint.tls = trusted != nullptr;
        if (trusted != nullptr)
            endpoint.tls_authorities = trusted->authorities();
        return here_.wait_for(dialer_.dial(endpoint));
    }
    std::string error_of(std::uint16_t port, const TestIdentity* trusted = nullptr) {
        const auto stream = dial(port, trusted);
        return stream ? "connected" : stream.error();
    }
    // What one request is answered with, up to the end of the body.
    std::string talk(ports::ByteStream& stream, const std::string& target) {
        if (!here_.wait_for(
                stream.write("GET " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")))
            return "not written";
        std::string all;
        for (;;) {
            const auto piece = here_.wait_for(stream.read(piece_bytes));
            if (!piece || piece->empty())
                return all;
            EXPECT_LE(piece->size(), piece_bytes);
            all += *piece;
        }
    }

    RunLoop here_;
    net::EventLoops loops_{1};
    NetDialer dialer_{loops_[0]};
    TestIdentity local_{"localhost"}, other_{"example.com"};
};

TEST_F(NetDialerTest, CarriesBytesInTheClear) {
    EchoServer server(loops_);
    const auto stream = dial(server.port());
    ASSERT_TRUE(stream) << stream.error();
    EXPECT_TRUE(talk(**stream, "/hello").ends_with("GET /hello\n||\n"));
}

TEST_F(NetDialerTest, CarriesBytesUnderTls) {
    EchoServer server(loops_, local_);
    const auto stream = dial(server.port(), &local_);
    ASSERT_TRUE(stream) << stream.error();
    EXPECT_TRUE(talk(**stream, "/bytes/100000").ends_with(std::string(100'000, 'b')));
}

TEST_F(NetDialerTest, RefusesWhomNoAuthoritySigned) {
    EchoServer server(loops_, local_);
    EXPECT_EQ(error_of(server.port(), &other_), "its certificate is not good: self-signed certificate");
}

TEST_F(NetDialerTest, RefusesWhomHasAnotherName) {
    EchoServer server(loops_, other_);
    EXPECT_EQ(error_of(server.port(), &other_), "its certificate is not good: hostname mismatch");
}

TEST_F(NetDialerTest, SaysThatNobodyListens) {
    EXPECT_NE(error_of(port_of_nobody()).find("cannot connect"), std::string::npos);
}

TEST_F(NetDialerTest, SaysThatTheAuthoritiesCannotBeRead) {
    ports::Endpoint endpoint;
    endpoint.host = "localhost";
    endpoint.tls = true;
    endpoint.tls_authorities = local_.authorities() + ".missing";
    const auto stream = here_.wait_for(dialer_.dial(endpoint));
    ASSERT_FALSE(stream);
    EXPECT_NE(stream.error().find("authorities"), std::string::npos) << stream.error();
}

TEST_F(NetDialerTest, GivesUpInTimeWhereTheHandshakeIsNotAnswered) {
    const RawServer server("", RawServer::Then::stays_silent);
    NetDialer hasty(loops_[0], soon);
    ports::Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = server.port();
    endpoint.tls = true;
    const auto stream = here_.wait_for(hasty.dial(endpoint));
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error(), "timed out");
}

TEST_F(NetDialerTest, ReadsNothingWhereTheOtherSideEnded) {
    const RawServer server("bye");
    const auto stream = dial(server.port());
    ASSERT_TRUE(stream) << stream.error();
    ASSERT_TRUE(here_.wait_for((*stream)->write("hello")));
    EXPECT_EQ(here_.wait_for((*stream)->read(piece_bytes)), "bye");
    EXPECT_EQ(here_.wait_for((*stream)->read(piece_bytes)), "");
}

TEST_F(NetDialerTest, ACloseEndsWhatWaitsAndAllThatComesLater) {
    const RawServer server("", RawServer::Then::stays_silent);
    const auto stream = dial(server.port());
    ASSERT_TRUE(stream) << stream.error();
    std::optional<Result<std::string, std::string>> waited;
    spawn(here_, (*stream)->read(piece_bytes), [&](auto answer) { waited = std::move(answer); });
    here_.run_until_idle();
    (*stream)->close();
    EXPECT_FALSE(here_.wait_for((*stream)->write("late")));
    while (!waited)
        here_.run_until_idle();
    EXPECT_FALSE(*waited);
}

} // namespace
} // namespace dialproof::outgoing
