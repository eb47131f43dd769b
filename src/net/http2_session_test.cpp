#include "net/http2_session.h"

#include "net/test_http2_peer.h"

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

using Fields = TestHttp2Peer::Fields;

const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::size_t plenty = 1 << 20;

// The events of a session as text, which is the same however the input was cut.
struct Written {
    std::string text;

    void operator()(const Http2Session::BodyAwaited& e) { add(e.stream, "awaits its body"); }
    void operator()(const Http2Session::RequestCame& e) {
        add(e.stream, (e.streams ? "streams " : "came ") + describe(e.request));
    }
    void operator()(const Http2Session::PieceCame& e) { pieces += e.bytes; }
    void operator()(const Http2Session::BodyEnded& e) {
        add(e.stream, "ended after " + std::exchange(pieces, {}));
    }
    void operator()(const Http2Session::RequestRefused& e) {
        add(e.stream, "refused " + std::to_string(e.error.status) + " " + std::string(e.error.code) + " " +
                          describe(e.head));
    }
    void operator()(const Http2Session::PieceTaken& e) { add(e.stream, "takes more"); }
    void operator()(const Http2Session::StreamClosed& e) { add(e.stream, "closed"); }

    static std::string describe(const http::Request& request) {
        auto line = request.method + " " + request.path + "?" + request.query;
        for (const auto& [name, value] : request.headers.all())
            line += " " + name + "=" + value;
        return line + " [" + request.body + "]" + (request.trailers_reach ? "" : " without trailers");
    }
    void add(Http2Session::Stream stream, const std::string& what) {
        text += std::to_string(stream) + " " + what + "\n";
    }
    std::string pieces{};
};

struct World {
    explicit World(const Limits& l = {}, std::uint32_t window = 65535) : limits(l), peer(window) {}

    // What the client has to say goes over in pieces of that size, and what the server says comes back.
    std::string run(std::size_t piece = plenty) {
        std::string told;
        for (auto bytes = peer.output(); !bytes.empty(); bytes = peer.output()) {
            for (std::size_t at = 0; at < bytes.size(); at += piece)
                told += feed(std::string_view(bytes).substr(at, piece));
            told += come_back();
        }
        return told + come_back();
    }
    std::string feed(std::string_view bytes) {
        session.feed(bytes, now);
        return events();
    }
    std::string events() {
        while (auto event = session.next_event())
            std::visit(written, *event);
        return std::exchange(written.text, {});
    }
    std::string come_back() {
        for (auto bytes = session.take_output(plenty); !bytes.empty(); bytes = session.take_output(plenty))
            peer.input(bytes);
        return events();
    }
    void respond(Http2Session::Stream stream, http::Response response) {
        session.respond(stream, std::move(response), date);
    }

    const Limits limits;
    Http2Session::Clock::time_point now{};
    Http2Session session{limits, [](const http::Request& head) { return head.path == "/stream"; }, now};
    TestHttp2Peer peer;
    Written written;
};

http::Response text_response(const std::string& body) {
    http::Response response;
    response.body = body;
    return response;
}

TEST(Http2Session, means_the_same_wherever_its_input_is_cut) {
    const auto meaning = [](std::size_t piece) {
        World world;
        world.peer.get("/a?b=%20");
        world.peer.post("/b", "hello");
        auto fields = TestHttp2Peer::request("POST", "/stream");
        fields.emplace_back("cookie", "a=1");
        fields.emplace_back("x-more", "m");
        fields.emplace_back("cookie", "b=2");
        world.peer.send(fields, std::string(40'000, 's'), true);
        return world.run(piece);
    };
    const auto whole = meaning(plenty);
    EXPECT_EQ(whole, "1 came GET /a?b=%20 host=test []\n"
                     "3 awaits its body\n"
                     "5 streams POST /stream? host=test x-more=m cookie=a=1; b=2 []\n"
                     "3 came POST /b? host=test [hello]\n"
                     "5 ended after " +
                         std::string(40'000, 's') + "\n");
    for (const std::size_t piece : {1, 2, 3, 7, 24, 25, 100, 1000})
        EXPECT_EQ(meaning(piece), whole) << piece;
}

TEST(Http2Session, answers) {
    World world;
    const auto stream = world.peer.get("/a");
    world.run();
    auto response = http::json_response(201, "{}");
    response.headers.add("connection", "close");
    response.headers.add("x-evil", "a\r\nb");
    world.respond(stream, std::move(response));
    EXPECT_EQ(world.run(), "1 closed\n");
    const auto& answer = world.peer.answer(stream);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "{}");
    EXPECT_EQ(answer.headers, (std::map<std::string, std::string>{{"date", date},
                                                                  {"content-type", "application/json"},
                                                                  {"x-evil", "a  b"},
                                                                  {"content-length", "2"}}));
    EXPECT_TRUE(answer.ended);
    EXPECT_EQ(world.peer.streams_max, Http2Session::streams_max);
}

TEST(Http2Session, sends_no_body_where_there_must_be_none) {
    World world;
    const auto head = world.peer.send(TestHttp2Peer::request("HEAD", "/a")), none = world.peer.get("/b");
    world.run();
    world.respond(head, text_response("body"));
    auto response = text_response("body");
    response.status = 204;
    world.respond(none, std::move(response));
    world.run();
    EXPECT_EQ(world.peer.answer(head).headers.at("content-length"), "4");
    EXPECT_EQ(world.peer.answer(none).headers.count("content-length"), 0U);
    for (const auto stream : {head, none}) {
        EXPECT_EQ(world.peer.answer(stream).body, "");
        EXPECT_TRUE(world.peer.answer(stream).ended);
    }
}

TEST(Http2Session, sends_trailers) {
    World world;
    const auto with_body = world.peer.get("/a"), without = world.peer.get("/b");
    world.run();
    auto response = text_response("message");
    response.trailers.add("grpc-status", "0");
    world.respond(with_body, std::move(response));
    http::Response empty;
    empty.trailers.add("grpc-status", "5");
    world.respond(without, std::move(empty));
    world.run();
    EXPECT_EQ(world.peer.answer(with_body).body, "message");
    EXPECT_EQ(world.peer.answer(with_body).trailers.at("grpc-status"), "0");
    EXPECT_EQ(world.peer.answer(with_body).headers.count("content-length"), 0U);
    EXPECT_EQ(world.peer.answer(without).status, 200);
    EXPECT_EQ(world.peer.answer(without).trailers.at("grpc-status"), "5");
    EXPECT_TRUE(world.peer.answer(with_body).ended);
    EXPECT_TRUE(world.peer.answer(without).ended);
}

class NoPieces final : public http::ResponseStream {
    Task<std::optional<std::string>> next() override { co_return std::nullopt; }
};

TEST(Http2Session, asks_for_a_piece_once_the_last_has_gone) {
    World world;
    const auto stream = world.peer.get("/a");
    world.run();
    http::Response response;
    response.stream = std::make_shared<NoPieces>();
    world.respond(stream, std::move(response));
    EXPECT_EQ(world.run(), "1 takes more\n");
    world.session.send(stream, std::string(100'000, 'p')); // more than the window
    EXPECT_EQ(world.come_back(), "");
    EXPECT_EQ(world.peer.answer(stream).body.size(), 65535U);
    EXPECT_EQ(world.run(), "1 takes more\n"); // the client opens its window
    EXPECT_EQ(world.peer.answer(stream).body.size(), 100'000U);
    http::Headers trailers;
    trailers.add("grpc-status", "0");
    world.session.finish(stream, std::move(trailers));
    EXPECT_EQ(world.run(), "1 closed\n");
    EXPECT_EQ(world.peer.answer(stream).trailers.at("grpc-status"), "0");
}

TEST(Http2Session, holds_back_a_client_whose_pieces_are_not_taken) {
    World world;
    const auto stream =
        world.peer.send(TestHttp2Peer::request("POST", "/stream"), std::string(200'000, 's'), true);
    const auto plain = world.peer.post("/plain", std::string(60'000, 'b'));
    world.run();
    EXPECT_EQ(world.written.pieces.size(), 65535U);
    EXPECT_EQ(world.run(), "");
    world.session.consumed(stream, 65535);
    world.come_back();
    world.run();
    EXPECT_EQ(world.written.pieces.size(), 2 * 65535U);
    world.respond(plain, text_response("came in spite of it"));
    world.run();
    EXPECT_EQ(world.peer.answer(plain).body, "came in spite of it");
}

struct Refusal {
    std::string name;
    Fields fields;
    std::string event;
};

class Http2SessionRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(Http2SessionRefusals, are_answered_and_leave_the_connection_alone) {
    Limits limits;
    limits.header_bytes = 2000;
    limits.target_bytes = 100;
    limits.header_count = 10;
    World world(limits);
    const auto stream = world.peer.send(GetParam().fields, "body", true);
    EXPECT_EQ(world.run(), "1 " + GetParam().event + "\n");
    world.respond(stream, text_response("no"));
    world.run();
    EXPECT_EQ(world.peer.answer(stream).body, "no");
    world.peer.get("/next");
    EXPECT_EQ(world.run(), "3 came GET /next? host=test []\n");
}

Fields with(std::string name, std::string value) {
    auto fields = TestHttp2Peer::request("POST", "/a");
    fields.emplace_back(std::move(name), std::move(value));
    return fields;
}
Fields with_many() {
    auto fields = TestHttp2Peer::request("POST", "/a");
    for (int i = 0; i < 11; ++i)
        fields.emplace_back("x", "y");
    return fields;
}
std::string ten_fields() {
    std::string text = " host=test";
    for (int i = 0; i < 10; ++i)
        text += " x=y";
    return text;
}

INSTANTIATE_TEST_SUITE_P(
    All, Http2SessionRefusals,
    testing::Values(Refusal{"target_too_long", TestHttp2Peer::request("POST", "/" + std::string(100, 'a')),
                            "refused 414 target_too_long POST ? host=test []"},
                    Refusal{"header_too_large", with("x", std::string(2000, 'x')),
                            "refused 431 header_too_large POST /a? host=test []"},
                    Refusal{"too_many_fields", with_many(),
                            "refused 431 headers_too_many POST /a?" + ten_fields() + " []"},
                    Refusal{"fragment", TestHttp2Peer::request("POST", "/a#b"),
                            "refused 400 malformed_request POST ? host=test []"},
                    Refusal{"method_too_long", TestHttp2Peer::request(std::string(33, 'M'), "/a"),
                            "refused 400 malformed_request  ? []"},
                    Refusal{"two_hosts", with("host", "other"),
                            "refused 400 host_invalid POST /a? host=test []"},
                    Refusal{"connect",
                            {{":method", "CONNECT"}, {":authority", "test"}},
                            "refused 400 malformed_request CONNECT ? host=test []"},
                    Refusal{"expectation", with("expect", "wonders"),
                            "refused 417 expectation_unknown POST /a? host=test []"}),
    [](const auto& each) { return each.param.name; });

TEST(Http2Session, refuses_bodies_that_are_too_large) {
    World world;
    const auto told = world.peer.send(with("content-length", "99999999"), "x", false);
    EXPECT_EQ(world.run(), "1 refused 413 body_too_large POST /a? host=test content-length=99999999 []\n");
    world.respond(told, text_response("too large"));
    world.run();
    EXPECT_EQ(world.peer.answer(told).body, "too large");

    world.peer.post("/b", std::string(world.limits.body_bytes, 'b'));
    EXPECT_EQ(world.run(), "3 awaits its body\n3 came POST /b? host=test [" +
                               std::string(world.limits.body_bytes, 'b') + "]\n");
    const auto untold = world.peer.post("/c", std::string(world.limits.body_bytes + 1, 'b'));
    EXPECT_EQ(world.run(), "5 awaits its body\n5 refused 413 body_too_large POST /c? host=test []\n");
    world.respond(untold, text_response("no"));
    world.run();
    EXPECT_EQ(world.peer.answer(untold).body, "no");
}

TEST(Http2Session, tells_a_client_that_goes_on_after_its_answer_to_stop) {
    World world;
    const auto stream =
        world.peer.send(TestHttp2Peer::request("POST", "/a"), std::string(1'000'000, 'b'), true);
    world.run();
    world.respond(stream, text_response("no"));
    world.run();
    EXPECT_EQ(world.peer.answer(stream).body, "no");
    EXPECT_TRUE(world.peer.answer(stream).closed);
    EXPECT_EQ(world.peer.answer(stream).reset, static_cast<std::uint32_t>(NGHTTP2_NO_ERROR));
}

TEST(Http2Session, tells_the_sender_to_continue) {
    World world;
    const auto stream = world.peer.send(with("expect", "100-continue"), "", false);
    world.run();
    EXPECT_TRUE(world.peer.answer(stream).continued);
    world.peer.more(stream, "hello", true);
    EXPECT_EQ(world.run(), "1 came POST /a? host=test expect=100-continue [hello]\n");
}

// RFC 9113 section 8.1.1: what is malformed is a stream error, and no request.
TEST(Http2Session, resets_what_is_malformed) {
    for (const auto& fields :
         {with("connection", "close"), with("transfer-encoding", "chunked"), with("te", "gzip"),
          with("content-length", "3"), with("a\nb", "c"), with("c", "a\r\nb"),
          Fields{{":scheme", "http"}, {":authority", "test"}, {":path", "/a"}},
          Fields{{":method", "GET"}, {":scheme", "http"}, {":path", "/without-host"}},
          Fields{
              {":method", "GET"}, {"x", "y"}, {":scheme", "http"}, {":authority", "test"}, {":path", "/"}}}) {
        World world;
        const auto stream = world.peer.send(fields, "body", true);
        EXPECT_EQ(world.run().find("came"), std::string::npos) << fields.back().first;
        EXPECT_EQ(world.peer.answer(stream).reset, static_cast<std::uint32_t>(NGHTTP2_PROTOCOL_ERROR))
            << fields.back().first;
        EXPECT_FALSE(world.session.finished());
    }
}

TEST(Http2Session, forgets_what_the_client_takes_back) {
    World world;
    const auto stream = world.peer.get("/a");
    world.run();
    world.peer.reset(stream);
    EXPECT_EQ(world.run(), "1 closed\n");
    world.respond(stream, text_response("late"));
    EXPECT_EQ(world.session.take_output(plenty), "");
}

TEST(Http2Session, refuses_on_behalf_of_its_owner) {
    World world;
    const auto stream = world.peer.send(TestHttp2Peer::request("POST", "/slow"), "he", false);
    world.run();
    world.session.refuse(stream, http_errors::body_timeout);
    EXPECT_EQ(world.events(), "1 refused 408 body_timeout POST /slow? host=test []\n");
    world.session.refuse(stream, http_errors::body_timeout);
    EXPECT_EQ(world.events(), "");
}

TEST(Http2Session, says_that_it_reads_a_head) {
    World world;
    world.peer.get("/a");
    const auto bytes = world.peer.output();
    world.feed(bytes.substr(0, bytes.size() - 1));
    EXPECT_TRUE(world.session.reading_head());
    world.feed(bytes.substr(bytes.size() - 1));
    EXPECT_FALSE(world.session.reading_head());
}

TEST(Http2Session, leaves_nobody_waiting_for_a_head_that_is_too_large) {
    World world;
    const auto stream = world.peer.get("/a");
    world.run();
    http::Response response;
    response.headers.add("x-large", std::string(100'000, 'x'));
    world.respond(stream, std::move(response));
    world.come_back();
    EXPECT_TRUE(world.peer.answer(stream).closed);
    EXPECT_EQ(world.peer.answer(stream).status, 0);
}

TEST(Http2Session, shuts_down_one_round_trip_after_its_notice) {
    World world;
    const auto before = world.peer.get("/a");
    world.run();
    world.session.shut_down();
    const auto during = world.peer.get("/b"); // it was on its way
    auto said = world.session.take_output(plenty);
    EXPECT_EQ(world.feed(world.peer.output()), "3 came GET /b? host=test []\n");
    world.peer.input(said);
    EXPECT_EQ(world.peer.last_stream, 0x7FFF'FFFF);
    world.run();
    EXPECT_EQ(world.peer.goaways, 2);
    EXPECT_EQ(world.peer.last_stream, during);
    EXPECT_FALSE(world.session.finished());
    for (const auto stream : {before, during})
        world.respond(stream, text_response("done"));
    world.run();
    EXPECT_EQ(world.peer.answer(during).body, "done");
    EXPECT_TRUE(world.session.finished());
}

struct Flood {
    std::string name;
    std::string frame;
    std::string begin{};
};

class Http2SessionFloods : public testing::TestWithParam<Flood> {};

TEST_P(Http2SessionFloods, end_the_connection) {
    World world;
    world.peer.send(TestHttp2Peer::request("POST", "/stream"), "", false);
    world.run();
    std::size_t frames = 0;
    std::string output = world.session.take_output(plenty);
    world.feed(GetParam().begin);
    while (!world.session.finished() && ++frames < 100'000) {
        world.feed(GetParam().frame);
        output += world.session.take_output(plenty);
    }
    EXPECT_LE(frames, 1100U);
    EXPECT_EQ(world.session.fault(), "http2_flood");
    EXPECT_TRUE(output.ends_with(std::string("\0\0\0\x0b", 4))); // ENHANCE_YOUR_CALM
}

INSTANTIATE_TEST_SUITE_P(
    All, Http2SessionFloods,
    testing::Values(Flood{"empty_data", raw_frame(0, 0, 1, "")},
                    Flood{"padding_alone", raw_frame(0, 8, 1, std::string("\3\0\0\0", 4))},
                    Flood{"priority", raw_frame(2, 0, 1, std::string("\0\0\0\0\1", 5))},
                    Flood{"settings", raw_frame(4, 0, 0, "")}, Flood{"ping", raw_frame(6, 0, 0, "12345678")},
                    Flood{"window_update", raw_frame(8, 0, 0, std::string("\0\0\0\1", 4))},
                    Flood{"continuation", raw_frame(9, 0, 3, ""), raw_frame(1, 0, 3, "\x82")},
                    Flood{"unknown", raw_frame(0xEE, 0, 0, "what is this")}),
    [](const auto& each) { return each.param.name; });

// nghttp2 takes each piece of a continuation's head for a continuation.
TEST(Http2Session, reads_a_head_in_two_frames_that_come_byte_by_byte) {
    World world;
    world.run();
    std::string told;
    for (const char c : raw_frame(1, 1, 1, "\x82\x86") + raw_frame(9, 4, 1, "\x84\x41\x04test"))
        told += world.feed(std::string(1, c));
    EXPECT_EQ(told, "1 came GET /? host=test []\n");
}

// Requests before a flood are heard, though they come in one piece with it.
TEST(Http2Session, hears_what_came_before_a_flood) {
    World world;
    world.peer.get("/a");
    auto bytes = world.peer.output();
    for (int i = 0; i < 2000; ++i)
        bytes += raw_frame(0xEE, 0, 0, "");
    EXPECT_EQ(world.feed(bytes), "1 came GET /a? host=test []\n");
    EXPECT_EQ(world.session.fault(), "http2_flood");
}

TEST(Http2Session, ends_when_requests_are_taken_back_without_end) {
    World world;
    int requests = 0;
    while (!world.session.finished() && ++requests < 10'000) {
        const auto stream = world.peer.get("/a");
        world.run();
        world.peer.reset(stream);
        world.run();
    }
    EXPECT_LT(requests, 1000);
    EXPECT_EQ(world.session.fault(), "http2_flood");
}

TEST(Http2Session, has_patience_with_those_who_ask_for_something) {
    World world;
    for (int i = 0; i < 3000; ++i) {
        const auto stream = world.peer.post("/a", "x");
        world.run();
        world.respond(stream, text_response("y"));
        world.run();
        world.feed(raw_frame(6, 0, 0, "12345678"));
    }
    EXPECT_EQ(world.session.fault(), "");
    for (int i = 0; i < 3000; ++i) {
        world.now += std::chrono::seconds(1);
        world.feed(raw_frame(6, 0, 0, "12345678"));
        world.come_back();
    }
    EXPECT_EQ(world.session.fault(), "");
}

TEST(Http2Session, ends_a_connection_that_breaks_the_protocol) {
    for (const auto& bytes :
         {std::string("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
          std::string(http2_preface) + raw_frame(6, 0, 0, "123456789"),
          std::string(http2_preface) + raw_frame(4, 0, 0, "") + raw_frame(0, 0, 1, "data of no request")}) {
        World world;
        world.feed(bytes);
        world.come_back();
        EXPECT_TRUE(world.session.finished());
        EXPECT_EQ(world.session.fault(), "http2_protocol_error");
    }
}

} // namespace
} // namespace dialproof::net
