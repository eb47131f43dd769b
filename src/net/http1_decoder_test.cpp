#include "net/http1_decoder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace dialproof::net {
namespace {

const Limits limits;

struct DecodedStream {
    std::vector<std::string> requests; // each as one text
    HttpError refusal{.status = 0, .code = {}, .message = {}};

    friend bool operator==(const DecodedStream&, const DecodedStream&) = default;
};

std::string to_text(const Http1Request& got) {
    std::string text = got.request.method + " " + got.request.path + "?" + got.request.query;
    text += got.http10 ? " 1.0" : " 1.1";
    text += got.keep_alive ? " stays\n" : " ends\n";
    for (const auto& [name, value] : got.request.headers.all())
        text.append(name).append("=").append(value).append("\n");
    return text + "\n" + got.request.body;
}

// Feeds `bytes` in parts of `part` bytes.
DecodedStream decode_in_parts(std::string_view bytes, std::size_t part, const Limits& with) {
    Http1Decoder decoder(with);
    DecodedStream stream;
    while (!bytes.empty()) {
        decoder.feed(bytes.substr(0, part));
        bytes.remove_prefix(std::min(part, bytes.size()));
        for (auto next = decoder.next(); next; next = decoder.next()) {
            if (!*next) {
                stream.refusal = next->error();
                return stream;
            }
            stream.requests.push_back(to_text(**next));
        }
    }
    return stream;
}

DecodedStream decode(const std::string& bytes) { return decode_in_parts(bytes, bytes.size(), limits); }

HttpError refusal_of(const std::string& bytes, const Limits& with = limits) {
    Http1Decoder decoder(with);
    decoder.feed(bytes);
    const auto next = decoder.next();
    if (!next || *next)
        return {0, next ? "accepted" : "waits", ""};
    return next->error();
}

std::string with_fields(const std::string& fields) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

TEST(Http1Decoder, gives_the_parts_of_a_request) {
    Http1Decoder decoder(limits);
    decoder.feed("POST /v2/users/1%2F2?a=b?c HTTP/1.1\r\nHost: example.org:8080\r\nX-Thing:  two words \t\r\n"
                 "Content-Length: 5\r\n\r\nhello");
    const auto got = decoder.next();
    ASSERT_TRUE(got && *got);
    const auto& request = (**got).request;
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/v2/users/1%2F2");
    EXPECT_EQ(request.query, "a=b?c");
    EXPECT_EQ(request.headers.get("host"), "example.org:8080");
    EXPECT_EQ(request.headers.get("x-thing"), "two words");
    EXPECT_EQ(request.body, "hello");
    EXPECT_TRUE((**got).keep_alive);
    EXPECT_FALSE((**got).http10);
    EXPECT_EQ(decoder.next(), std::nullopt);
    EXPECT_EQ(decoder.phase(), Http1Decoder::Phase::idle);
}

TEST(Http1Decoder, knows_which_connections_stay_open) {
    const auto stays = [](const std::string& text) {
        Http1Decoder decoder(limits);
        decoder.feed(text);
        return decoder.next().value().value().keep_alive;
    };
    EXPECT_TRUE(stays("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_FALSE(stays("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(stays("GET / HTTP/1.1\r\nHost: x\r\nConnection: te, Close\r\n\r\n"));
    EXPECT_FALSE(stays("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(stays("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(Http1Decoder, reads_chunks_and_leaves_the_trailer_out) {
    Http1Decoder decoder(limits);
    decoder.feed(with_fields("Transfer-Encoding: chunked\r\n") +
                 "5\r\nhello\r\n7;name=\"v\";b\r\n, world\r\n00\r\nHost: evil\r\nX-Role: admin\r\n\r\n");
    const auto got = decoder.next();
    ASSERT_TRUE(got && *got);
    EXPECT_EQ((**got).request.body, "hello, world");
    EXPECT_EQ((**got).request.headers.get("host"), "x");
    EXPECT_EQ((**got).request.headers.find("x-role"), std::nullopt);
}

TEST(Http1Decoder, accepts_the_target_forms_of_a_server) {
    const auto path = [](const std::string& line) {
        Http1Decoder decoder(limits);
        decoder.feed(line + " HTTP/1.1\r\nHost: x\r\n\r\n");
        const auto request = decoder.next().value().value().request;
        return request.path + "|" + request.query;
    };
    EXPECT_EQ(path("GET /"), "/|");
    EXPECT_EQ(path("GET /a/../b?"), "/a/../b|");
    EXPECT_EQ(path("GET http://other.example/a?b=c"), "/a|b=c");
    EXPECT_EQ(path("GET HTTPS://other.example:443"), "/|");
    EXPECT_EQ(path("GET http://other.example?q"), "/|q");
    EXPECT_EQ(path("OPTIONS *"), "*|");
}

TEST(Http1Decoder, forgives_one_empty_line_between_requests) {
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(decode("\r\n" + request + "\r\n" + request).requests.size(), 2U);
    EXPECT_EQ(decode("\r\n\r\n" + request).refusal.status, 400);
}

struct Refused {
    const char* name;
    std::string bytes;
    int status;
    const char* code;
};

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, are_clear) {
    const auto& [name, bytes, status, code] = GetParam();
    const auto error = refusal_of(bytes);
    EXPECT_EQ(error.status, status) << error.message;
    EXPECT_EQ(error.code, code);
    EXPECT_FALSE(error.message.empty());
}

// Forms that two servers in a row may read differently, and other things that are no HTTP/1.1.
const std::vector<Refused> refusals{
    {"LengthAndCoding", with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400,
     "ambiguous_length"},
    {"CodingAndLength", with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n", 400,
     "ambiguous_length"},
    {"TwoLengths", with_fields("Content-Length: 5\r\nContent-Length: 6\r\n") + "hello", 400,
     "ambiguous_length"},
    {"SameLengthTwice", with_fields("Content-Length: 5\r\nContent-Length: 5\r\n") + "hello", 400,
     "ambiguous_length"},
    {"LengthList", with_fields("Content-Length: 5, 5\r\n") + "hello", 400, "ambiguous_length"},
    {"SignedLength", with_fields("Content-Length: +5\r\n") + "hello", 400, "ambiguous_length"},
    {"NegativeLength", with_fields("Content-Length: -1\r\n"), 400, "ambiguous_length"},
    {"HexLength", with_fields("Content-Length: 0x5\r\n"), 400, "ambiguous_length"},
    {"EmptyLength", with_fields("Content-Length:\r\n"), 400, "ambiguous_length"},
    {"HugeLength", with_fields("Content-Length: 99999999999999999999999999\r\n"), 413, "body_too_large"},
    {"LengthAboveLimit", with_fields("Content-Length: 65537\r\n"), 413, "body_too_large"},
    {"OverflowingLength", with_fields("Content-Length: 18446744073709551621\r\n") + "hello", 413,
     "body_too_large"},
    {"ChunkedNotLast", with_fields("Transfer-Encoding: chunked, gzip\r\n"), 400, "ambiguous_length"},
    {"GzipChunked", with_fields("Transfer-Encoding: gzip, chunked\r\n"), 400, "ambiguous_length"},
    {"ChunkedTwice", with_fields("Transfer-Encoding: chunked, chunked\r\n"), 400, "ambiguous_length"},
    {"TwoCodings", with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400,
     "ambiguous_length"},
    {"UnknownCoding", with_fields("Transfer-Encoding: gzip\r\n"), 501, "transfer_coding_unknown"},
    {"AlmostChunked", with_fields("Transfer-Encoding: xchunked\r\n"), 501, "transfer_coding_unknown"},
    {"VerticalTabCoding", with_fields("Transfer-Encoding: \vchunked\r\n"), 400, "malformed_request"},
    {"CodingInHttp10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
     "ambiguous_length"},
    {"BlankBeforeColon", with_fields("Content-Length : 5\r\n") + "hello", 400, "malformed_request"},
    {"TabBeforeColon", with_fields("Transfer-Encoding\t: chunked\r\n"), 400, "malformed_request"},
    {"FoldedLine", with_fields("X-A: b\r\n c\r\n"), 400, "malformed_request"},
    {"FoldedWithTab", with_fields("X-A: b\r\n\tContent-Length: 5\r\n"), 400, "malformed_request"},
    {"BlankFirstField", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400, "malformed_request"},
    {"BareLineFeed", "GET / HTTP/1.1\nHost: x\n\n", 400, "malformed_request"},
    {"BareLineFeedInFields", with_fields("X-A: b\nX-B: c\r\n"), 400, "malformed_request"},
    {"BareReturnInValue", with_fields("X-A: b\rContent-Length: 5\r\n"), 400, "malformed_request"},
    {"NulInValue", with_fields(std::string("X-A: b\0c\r\n", 10)), 400, "malformed_request"},
    {"NulInTarget", std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28), 400, "malformed_request"},
    {"NoColon", with_fields("X-A\r\n"), 400, "malformed_request"},
    {"EmptyName", with_fields(": b\r\n"), 400, "malformed_request"},
    {"NonTokenName", with_fields("X(A): b\r\n"), 400, "malformed_request"},
    {"HighByteInName", with_fields("X\xC3\xA9: b\r\n"), 400, "malformed_request"},
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400, "host_invalid"},
    {"TwoHosts", with_fields("Host: y\r\n"), 400, "host_invalid"},
    {"SameHostTwice", with_fields("hOST: x\r\n"), 400, "host_invalid"},
    {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "host_invalid"},
    {"HostWithUser", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, "host_invalid"},
    {"TwoBlanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"BlankInTarget", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"Fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"HighByteInTarget", "GET /\xC3\xA9 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"RelativeTarget", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"ConnectTarget", "CONNECT a:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"AsteriskGet", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"SchemeAlone", "GET http HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"SchemeWithoutHost", "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"OtherScheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"NoVersion", "GET /\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"LowerCaseVersion", "GET / http/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"BlankAfterVersion", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"Version2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, "version_unsupported"},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_unsupported"},
    {"Version12", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505, "version_unsupported"},
    {"NonTokenMethod", "G,T / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"LongMethod", std::string(33, 'A') + " / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"},
    {"TlsHello", std::string("\x16\x03\x01\x02\x00\x01", 6), 400, "malformed_request"},
    {"Expectation", with_fields("Expect: tea\r\n"), 417, "expectation_unknown"},
    {"BadConnection", with_fields("Connection: a b\r\n"), 400, "malformed_request"},
    {"ChunkWithoutSize", with_fields("Transfer-Encoding: chunked\r\n") + "\r\nhello\r\n", 400,
     "malformed_body"},
    {"ChunkSizeNoHex", with_fields("Transfer-Encoding: chunked\r\n") + "g\r\nhello\r\n", 400,
     "malformed_body"},
    {"ChunkSize0x", with_fields("Transfer-Encoding: chunked\r\n") + "0x5\r\nhello\r\n", 400,
     "malformed_body"},
    {"ChunkSizeBlank", with_fields("Transfer-Encoding: chunked\r\n") + "5 \r\nhello\r\n", 400,
     "malformed_body"},
    {"ChunkSizeSigned", with_fields("Transfer-Encoding: chunked\r\n") + "+5\r\nhello\r\n", 400,
     "malformed_body"},
    {"ChunkSizeOverflows",
     with_fields("Transfer-Encoding: chunked\r\n") + "10000000000000005\r\nhello\r\n0\r\n\r\n", 400,
     "malformed_body"},
    {"ChunkTooLong", with_fields("Transfer-Encoding: chunked\r\n") + "5\r\nhelloX\r\n0\r\n\r\n", 400,
     "malformed_body"},
    {"ChunkEndsWithLineFeed", with_fields("Transfer-Encoding: chunked\r\n") + "5\nhello\r\n0\r\n\r\n", 400,
     "malformed_body"},
    {"ChunkExtensionLineFeed",
     with_fields("Transfer-Encoding: chunked\r\n") + "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", 400,
     "malformed_body"},
    {"ChunkExtensionEndless", with_fields("Transfer-Encoding: chunked\r\n") + "5;" + std::string(9000, 'a'),
     400, "malformed_body"},
    {"TrailerEndless", with_fields("Transfer-Encoding: chunked\r\n") + "0\r\nA: " + std::string(9000, 'a'),
     400, "malformed_body"},
    {"ChunkAboveLimit", with_fields("Transfer-Encoding: chunked\r\n") + "10001\r\n", 413, "body_too_large"},
    {"ChunksAboveLimit",
     with_fields("Transfer-Encoding: chunked\r\n") + "10000\r\n" + std::string(65536, 'a') + "\r\n1\r\n", 413,
     "body_too_large"},
    {"LongTarget", "GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414, "target_too_long"},
    {"EndlessTarget", "GET /" + std::string(9000, 'a'), 414, "target_too_long"},
    {"LongHeader", with_fields("A: " + std::string(16384, 'a') + "\r\n"), 431, "header_too_large"},
    {"EndlessHeader", "GET / HTTP/1.1\r\nA: " + std::string(16384, 'a'), 431, "header_too_large"},
};

INSTANTIATE_TEST_SUITE_P(Http1Decoder, Refusals, testing::ValuesIn(refusals),
                         [](const auto& each) { return each.param.name; });

TEST(Http1Decoder, bounds_the_number_of_fields) {
    std::string fields;
    for (int i = 0; i < 99; ++i)
        fields += "A: b\r\n";
    EXPECT_EQ(refusal_of(with_fields(fields)).code, "accepted");
    EXPECT_EQ(refusal_of(with_fields(fields + "A: b\r\n")).code, "headers_too_many");
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n" + fields + fields).status, 431);
}

TEST(Http1Decoder, takes_what_just_fits) {
    const std::string line = "GET /" + std::string(8191, 'a') + " HTTP/1.1\r\nHost: x\r\nA: ";
    const auto fill = limits.header_bytes - line.size() - 4;
    EXPECT_EQ(refusal_of(line + std::string(fill, 'b') + "\r\n\r\n").code, "accepted");
    EXPECT_EQ(refusal_of(line + std::string(fill + 1, 'b') + "\r\n\r\n").status, 431);
    EXPECT_EQ(refusal_of(with_fields("Content-Length: 65536\r\n") + std::string(65536, 'a')).code,
              "accepted");
    std::string chunks;
    for (int i = 0; i < 65536; ++i)
        chunks += "1\r\na\r\n";
    EXPECT_EQ(refusal_of(with_fields("Transfer-Encoding: chunked\r\n") + chunks + "0\r\n\r\n").code,
              "accepted");
}

TEST(Http1Decoder, bounds_the_framing_around_a_small_body) {
    std::string chunks;
    for (int i = 0; i < 60000; ++i)
        chunks += "1;abcdefghijkl\r\na\r\n";
    EXPECT_EQ(refusal_of(with_fields("Transfer-Encoding: chunked\r\n") + chunks + "0\r\n\r\n").status, 413);
}

TEST(Http1Decoder, stays_refused) {
    Http1Decoder decoder(limits);
    decoder.feed("BAD\r\n\r\n");
    const auto first = decoder.next();
    decoder.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto second = decoder.next();
    ASSERT_TRUE(first && second && !*first && !*second);
    EXPECT_EQ(first->error(), second->error());
}

TEST(Http1Decoder, says_once_that_the_sender_waits_to_be_told_to_continue) {
    Http1Decoder decoder(limits);
    decoder.feed(with_fields("Content-Length: 5\r\nExpect: 100-Continue\r\n"));
    EXPECT_EQ(decoder.next(), std::nullopt);
    EXPECT_TRUE(decoder.take_continue_due());
    EXPECT_FALSE(decoder.take_continue_due());
    decoder.feed("hello");
    EXPECT_TRUE(decoder.next().value().has_value());

    // Nobody waits who has sent some of the body, who has none, or who speaks HTTP/1.0.
    decoder.feed(with_fields("Content-Length: 5\r\nExpect: 100-continue\r\n") + "he");
    EXPECT_EQ(decoder.next(), std::nullopt);
    EXPECT_FALSE(decoder.take_continue_due());
    decoder.feed("llo" + with_fields("Expect: 100-continue\r\n"));
    EXPECT_TRUE(decoder.next() && decoder.next());
    EXPECT_FALSE(decoder.take_continue_due());
    decoder.feed("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(decoder.next(), std::nullopt);
    EXPECT_FALSE(decoder.take_continue_due());
}

TEST(Http1Decoder, tells_the_phase_of_what_has_come) {
    using Phase = Http1Decoder::Phase;
    Http1Decoder decoder(limits);
    const auto phase_after = [&](const std::string& bytes) {
        decoder.feed(bytes);
        EXPECT_EQ(decoder.next(), std::nullopt);
        return decoder.phase();
    };
    EXPECT_EQ(phase_after(""), Phase::idle);
    EXPECT_EQ(phase_after("P"), Phase::head);
    EXPECT_EQ(phase_after("OST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"), Phase::head);
    EXPECT_EQ(phase_after("\r\n"), Phase::body);
    EXPECT_EQ(phase_after("a"), Phase::body);
    decoder.feed("b");
    EXPECT_TRUE(decoder.next());
    EXPECT_EQ(phase_after(""), Phase::idle);
}

TEST(Http1Decoder, gives_the_same_wherever_the_input_is_cut) {
    const std::string stream =
        "GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + with_fields("Content-Length: 5\r\n") + "hello\r\n" +
        with_fields("Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n3;a=b\r\n, w\r\n0\r\nX-T: y\r\n\r\n" +
        "GET http://y/b?c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + "GET / HTTP/1.1\r\n\r\n";
    const auto whole = decode(stream);
    EXPECT_EQ(whole.requests.size(), 4U);
    EXPECT_EQ(whole.refusal.status, 400);
    for (std::size_t at = 1; at < stream.size(); ++at) {
        EXPECT_EQ(decode_in_parts(stream, at, limits), whole) << at;
        Http1Decoder decoder(limits); // one cut alone, with a look in between
        decoder.feed(stream.substr(0, at));
        std::size_t seen = 0;
        for (auto next = decoder.next(); next && *next; next = decoder.next())
            ++seen;
        decoder.feed(stream.substr(at));
        for (auto next = decoder.next(); next && *next; next = decoder.next())
            ++seen;
        EXPECT_EQ(seen, 4U) << at;
    }
}

TEST(Http1Decoder, refuses_the_same_wherever_the_input_is_cut) {
    for (const auto& each : refusals)
        for (const std::size_t part : {1U, 2U, 3U, 7U, 4096U, 8192U, 8193U}) {
            const auto cut = decode_in_parts(each.bytes, part, limits);
            EXPECT_EQ(cut.refusal, refusal_of(each.bytes)) << each.name << " in parts of " << part;
            EXPECT_TRUE(cut.requests.empty()) << each.name;
        }
}

// Texts made of the words that matter, so that many of them are nearly right.
RC_GTEST_PROP(Http1Decoder, gives_the_same_for_anything_wherever_it_is_cut, ()) {
    const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "GET ", "POST ", "/a", "?b", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "Host: x\r\n", "Content-Length: 3\r\n",
        "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "\r\n", "\r",
        "\n", "3\r\nabc\r\n", "0\r\n\r\n", "0\r\n", ";a=b", "abc", ":", " ", "Connection: close\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    std::string bytes;
    for (const auto& word : words)
        bytes += word;
    Limits small;
    small.header_bytes = *rc::gen::inRange<std::size_t>(30, 200);
    small.target_bytes = *rc::gen::inRange<std::size_t>(1, 30);
    small.header_count = *rc::gen::inRange<std::size_t>(1, 5);
    small.body_bytes = *rc::gen::inRange<std::size_t>(0, 8);
    const auto part = *rc::gen::inRange<std::size_t>(1, 40);
    RC_ASSERT(decode_in_parts(bytes, part, small) == decode_in_parts(bytes, bytes.size(), small));
}

} // namespace
} // namespace dialproof::net
