#include "rpc/mount.h"

#include "base/run_loop.h"
#include "rpc/transport.h"
#include "wire/grpc_frame.h"
#include "wire/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dialproof::rpc {
namespace {

using testing::HasSubstr;

// Repeats the message as often as its first letter says; "!" is refused.
Task<Result<std::string, Error>> repeat(Call call) {
    if (call.message == "!")
        co_return fail(Error{Code::resource_exhausted, "too soon", {}, Seconds(30)});
    std::string repeated;
    for (char times = call.message.empty() ? 'a' : call.message.front(); times >= 'a'; --times)
        repeated += call.message;
    co_return repeated;
}

// Each message twice; "!" ends the call with an error.
class Twice final : public Messages {
public:
    explicit Twice(std::shared_ptr<Messages> coming) : coming_(std::move(coming)) {}
    Task<Result<std::optional<std::string>, Error>> next() override {
        auto asking = coming_->next();
        auto message = co_await asking;
        if (message && *message == "!")
            co_return fail(Error{Code::resource_exhausted, "too soon"});
        if (message && *message)
            co_return std::optional(**message + **message);
        co_return std::move(message);
    }
    void abandon() override { abandoned = true; }
    bool abandoned = false;

private:
    std::shared_ptr<Messages> coming_;
};

// A body in the pieces that it is given in.
class Pieces final : public http::BodyStream {
public:
    explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    Task<std::optional<std::string>> next() override {
        if (given_ == pieces_.size())
            co_return std::nullopt;
        co_return pieces_[given_++];
    }

private:
    const std::vector<std::string> pieces_;
    std::size_t given_ = 0;
};

class RpcMount : public testing::Test {
protected:
    static http::Request request(const std::string& type, std::string body) {
        http::Request made;
        made.method = "POST";
        made.path = "/test.Service/Repeat";
        made.headers.add("content-type", type);
        made.body = std::move(body);
        made.trailers_reach = true;
        return made;
    }
    static http::Request grpc(std::string body) { return request("application/grpc", std::move(body)); }
    http::Response ask(http::Request made) {
        return loop_.wait_for(mount_.routes.front().handler(std::move(made)));
    }
    // gRPC's status of an answer that is trailers alone.
    std::string status(http::Request made) {
        const auto response = ask(std::move(made));
        EXPECT_EQ(response.status, 200);
        return std::string(response.headers.get("grpc-status"));
    }
    static std::string message_of(const http::Response& response) {
        wire::GrpcFrameDecoder frames(1 << 20);
        frames.feed(response.body);
        const auto frame = frames.next()->value();
        return frame.compressed() ? wire::gunzip(frame.message, 1 << 20).value() : frame.message;
    }

    // A call of the method that streams.
    http::Response stream(http::Request made, std::vector<std::string> pieces) {
        made.path = "/test.Service/Twice";
        made.stream = std::make_shared<Pieces>(std::move(pieces));
        return loop_.wait_for(mount_.routes.back().handler(std::move(made)));
    }
    // What the answer's stream gives, cut into its messages.
    std::vector<std::string> messages(const http::Response& response) {
        std::vector<std::string> all;
        wire::GrpcFrameDecoder frames(1 << 20);
        while (const auto piece = loop_.wait_for(response.stream->next())) {
            frames.feed(*piece);
            while (auto frame = frames.next())
                all.push_back((*frame)->message);
        }
        return all;
    }

    RunLoop loop_;
    std::shared_ptr<Twice> twice_;
    http::Mount mount_ = mount(
        "test",
        {{"test.Service", {{"Repeat", repeat}}, {{"Twice", [this](Call, std::shared_ptr<Messages> coming) {
                                                      return twice_ =
                                                                 std::make_shared<Twice>(std::move(coming));
                                                  }}}}});
};

TEST_F(RpcMount, ServesEachMethodUnderItsServicesPath) {
    EXPECT_EQ(mount_.prefixes, std::vector<std::string>{"/test.Service/"});
    EXPECT_EQ(mount_.routes.front().pattern, "/test.Service/Repeat");
    EXPECT_EQ(mount_.routes.front().name, "Repeat");
}

TEST_F(RpcMount, AnswersGrpcWithAFrameAndTrailers) {
    const auto response = ask(grpc(wire::grpc_frame("b")));
    EXPECT_EQ(message_of(response), "bb");
    EXPECT_EQ(response.trailers.get("grpc-status"), "0");
    EXPECT_EQ(response.headers.get("grpc-accept-encoding"), "identity,gzip");
}

TEST_F(RpcMount, HasNoTrailersToAnswerGrpcWithInHttp1) {
    auto made = grpc(wire::grpc_frame("a"));
    made.trailers_reach = false;
    const auto response = ask(std::move(made));
    EXPECT_EQ(response.status, 505);
    EXPECT_THAT(response.body, HasSubstr("gRPC-Web"));
}

TEST_F(RpcMount, RefusesACallThatHasNotOneMessage) {
    EXPECT_EQ(status(grpc("")), "12");
    EXPECT_EQ(status(grpc(wire::grpc_frame("a") + wire::grpc_frame("a"))), "12");
    EXPECT_EQ(status(grpc(wire::grpc_frame("abc").substr(0, 7))), "13");
    EXPECT_EQ(status(grpc(wire::grpc_frame("a", wire::grpc_flag_trailers))), "13");
    EXPECT_EQ(status(grpc("\x04")), "13");
}

TEST_F(RpcMount, TakesGzipWhereItIsSaid) {
    const auto frame = wire::grpc_frame(wire::gzip("b"), wire::grpc_flag_compressed);
    auto made = grpc(frame);
    made.headers.add("grpc-encoding", "gzip");
    EXPECT_EQ(message_of(ask(std::move(made))), "bb");
    EXPECT_EQ(status(grpc(frame)), "13") << "nobody said how";
    auto unknown = grpc(wire::grpc_frame("b"));
    unknown.headers.add("grpc-encoding", "br");
    const auto refused = ask(std::move(unknown));
    EXPECT_EQ(refused.headers.get("grpc-status"), "12");
    EXPECT_EQ(refused.headers.get("grpc-accept-encoding"), "identity,gzip");
}

TEST_F(RpcMount, CompressesALargeAnswerForWhoTakesIt) {
    const std::string large = "z" + std::string(100, 'x');
    auto made = grpc(wire::grpc_frame(large));
    made.headers.add("grpc-accept-encoding", "br, gzip");
    const auto response = ask(std::move(made));
    EXPECT_EQ(response.headers.get("grpc-encoding"), "gzip");
    EXPECT_LT(response.body.size(), 200U);
    EXPECT_EQ(message_of(response).size(), 26 * large.size());
    EXPECT_FALSE(ask(grpc(wire::grpc_frame(large))).headers.find("grpc-encoding"));
    auto small = grpc(wire::grpc_frame("a"));
    small.headers.add("grpc-accept-encoding", "gzip");
    EXPECT_FALSE(ask(std::move(small)).headers.find("grpc-encoding"));
}

TEST_F(RpcMount, HoldsNoMoreThanTheBoundOfAMessage) {
    EXPECT_EQ(status(grpc(std::string("\0\0\xFF\0\0", 5))), "8");
    auto bomb = grpc(wire::grpc_frame(wire::gzip(std::string(1'000'000, 'a')), wire::grpc_flag_compressed));
    bomb.headers.add("grpc-encoding", "gzip");
    EXPECT_EQ(status(std::move(bomb)), "8");
}

TEST_F(RpcMount, ServesConnectInBothEncodingsAndCompressed) {
    EXPECT_EQ(ask(request("application/proto", "b")).body, "bb");
    auto json = request("application/json; charset=utf-8", wire::gzip("b"));
    json.headers.add("content-encoding", "gzip");
    const auto response = ask(std::move(json));
    EXPECT_EQ(response.body, "bb");
    EXPECT_EQ(response.headers.get("content-type"), "application/json");
    auto large = request("application/proto", "z" + std::string(100, 'x'));
    large.headers.add("accept-encoding", "gzip;q=0.5");
    const auto compressed = ask(std::move(large));
    EXPECT_EQ(compressed.headers.get("content-encoding"), "gzip");
    EXPECT_EQ(wire::gunzip(compressed.body, 10'000)->size(), 26U * 101U);
}

TEST_F(RpcMount, RefusesConnectOfAnotherVersionOrCoding) {
    auto version = request("application/proto", "a");
    version.headers.add("connect-protocol-version", "2");
    EXPECT_EQ(ask(std::move(version)).status, 400);
    auto coding = request("application/proto", "a");
    coding.headers.add("content-encoding", "br");
    const auto response = ask(std::move(coding));
    EXPECT_EQ(response.status, 501);
    EXPECT_THAT(response.body, HasSubstr(R"("code":"unimplemented")"));
}

TEST_F(RpcMount, TakesAnEmptyMessageOfConnectAsItIs) {
    auto made = request("application/proto", "");
    made.headers.add("content-encoding", "gzip");
    EXPECT_EQ(ask(std::move(made)).status, 200);
}

TEST_F(RpcMount, BoundsTheTextOfAStatus) {
    const auto response = answer(*format_of(grpc("")), Error{Code::not_found, std::string(100'000, '\xC3')});
    EXPECT_EQ(response.headers.get("grpc-message").size(), 3 * 1024U);
}

TEST_F(RpcMount, SaysWhenToComeAgain) {
    EXPECT_EQ(ask(request("application/proto", "!")).headers.get("retry-after"), "30");
    EXPECT_EQ(ask(grpc(wire::grpc_frame("!"))).headers.get("retry-after"), "30");
}

TEST_F(RpcMount, RefusesOtherContentTypes) {
    for (const char* type : {"text/plain", "application/grpc+json", "application/connect+proto", ""}) {
        const auto response = ask(request(type, ""));
        EXPECT_EQ(response.status, 415) << type;
        EXPECT_THAT(std::string(response.headers.get("accept-post")), HasSubstr("application/grpc-web"));
    }
}

TEST_F(RpcMount, KnowsTheDeadlineOfACallAndHowToTellIt) {
    auto made = grpc(wire::grpc_frame("a"));
    EXPECT_FALSE(mount_.time_limit(made));
    made.headers.add("grpc-timeout", "1500m");
    const auto limit = mount_.time_limit(made);
    EXPECT_EQ(limit->within, Milliseconds(1500));
    EXPECT_EQ(limit->late.headers.get("grpc-status"), "4");
    auto connect = request("application/proto", "a");
    connect.headers.add("connect-timeout-ms", "20");
    EXPECT_EQ(mount_.time_limit(connect)->within, Milliseconds(20));
    EXPECT_EQ(mount_.time_limit(connect)->late.status, 504);
}

TEST_F(RpcMount, TellsTheMethodHowLongItHas) {
    std::optional<Milliseconds> told;
    const auto ask_time = [&told](Call call) {
        told = call.timeout;
        return repeat(std::move(call));
    };
    const http::Mount timed = mount("test", {{"test.Service", {{"Repeat", ask_time}}}});
    auto made = grpc(wire::grpc_frame("a"));
    made.headers.add("grpc-timeout", "7S");
    loop_.wait_for(timed.routes.front().handler(std::move(made)));
    EXPECT_EQ(told, Milliseconds(7000));
}

TEST_F(RpcMount, BeginsNothingThatIsLateAlready) {
    auto late = grpc(wire::grpc_frame("a"));
    late.headers.add("grpc-timeout", "0m");
    EXPECT_EQ(status(std::move(late)), "4");
    auto broken = grpc(wire::grpc_frame("a"));
    broken.headers.add("grpc-timeout", "soon");
    EXPECT_EQ(status(std::move(broken)), "13");
}

TEST_F(RpcMount, SaysInTheWordsOfATransportWhatTheServerRefuses) {
    EXPECT_EQ(mount_.refused(grpc(""), 413, "too large").headers.get("grpc-status"), "8");
    EXPECT_EQ(mount_.refused(grpc(""), 503, "busy").headers.get("grpc-status"), "14");
    EXPECT_EQ(mount_.refused(request("application/proto", ""), 413, "too large").status, 429);
    EXPECT_EQ(mount_.refused(request("text/plain", ""), 413, "too large").status, 413);
}

TEST_F(RpcMount, AnswersTheMessagesOfAStreamAsTheyCome) {
    EXPECT_TRUE(mount_.routes.back().streaming);
    const auto frames = wire::grpc_frame("a") + wire::grpc_frame("") + wire::grpc_frame("c");
    for (std::size_t cut = 0; cut <= frames.size(); ++cut) {
        const auto response = stream(grpc(""), {frames.substr(0, cut), frames.substr(cut)});
        EXPECT_EQ(messages(response), (std::vector<std::string>{"aa", "", "cc"}));
        EXPECT_EQ(response.stream->trailers().get("grpc-status"), "0");
    }
}

TEST_F(RpcMount, EndsAStreamWithItsStatus) {
    const auto response = stream(grpc(""), {wire::grpc_frame("a") + wire::grpc_frame("!")});
    EXPECT_EQ(messages(response), std::vector<std::string>{"aa"});
    EXPECT_EQ(response.stream->trailers().get("grpc-status"), "8");
    EXPECT_EQ(response.stream->trailers().get("grpc-message"), "too soon");
}

TEST_F(RpcMount, EndsAStreamAtTheFirstFaultOfItsFrames) {
    const auto cut = stream(grpc(""), {wire::grpc_frame("a").substr(0, 3)});
    EXPECT_TRUE(messages(cut).empty());
    EXPECT_EQ(cut.stream->trailers().get("grpc-status"), "13");
    const auto large = stream(grpc(""), {std::string("\0\0\xFF\0\0", 5)});
    EXPECT_TRUE(messages(large).empty());
    EXPECT_EQ(large.stream->trailers().get("grpc-status"), "8");
}

TEST_F(RpcMount, TakesGzipInAStream) {
    auto made = grpc("");
    made.headers.add("grpc-encoding", "gzip");
    const auto response =
        stream(std::move(made), {wire::grpc_frame(wire::gzip("a"), wire::grpc_flag_compressed)});
    EXPECT_EQ(messages(response), std::vector<std::string>{"aa"});
    auto unknown = grpc("");
    unknown.headers.add("grpc-encoding", "br");
    EXPECT_EQ(stream(std::move(unknown), {}).headers.get("grpc-status"), "12");
}

TEST_F(RpcMount, StreamsByGrpcAlone) {
    EXPECT_EQ(stream(request("application/json", ""), {"{}"}).status, 501);
    EXPECT_THAT(stream(request("application/grpc-web", ""), {}).body, HasSubstr("grpc-status: 12"));
}

TEST_F(RpcMount, TellsAStreamThatNobodyListens) {
    stream(grpc(""), {}).stream->abandon();
    EXPECT_TRUE(twice_->abandoned);
}

} // namespace
} // namespace dialproof::rpc
