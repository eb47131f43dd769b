#include "net/http1_encoder.h"

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST(Http1Encoder, writes_the_head) {
    const auto response = http::json_response(201, "{}");
    EXPECT_EQ(encode_head(response, {}, date), "HTTP/1.1 201 Created\r\ndate: " + date +
                                                   "\r\ncontent-type: application/json\r\n"
                                                   "content-length: 2\r\n\r\n");
}

TEST(Http1Encoder, says_what_becomes_of_the_connection) {
    const http::Response response;
    const auto has = [&](const Http1Framing& framing, const char* field) {
        return encode_head(response, framing, date).find(field) != std::string::npos;
    };
    EXPECT_FALSE(has({.keep_alive = true}, "connection:"));
    EXPECT_TRUE(has({.keep_alive = false}, "connection: close\r\n"));
    EXPECT_TRUE(has({.keep_alive = true, .http10 = true}, "connection: keep-alive\r\n"));
}

TEST(Http1Encoder, keeps_framing_to_itself) {
    http::Response response;
    response.headers.add("content-length", "99");
    response.headers.add("transfer-encoding", "chunked");
    response.headers.add("connection", "upgrade");
    response.headers.add("date", "today");
    EXPECT_EQ(encode_head(response, {}, date),
              "HTTP/1.1 200 OK\r\ndate: " + date + "\r\ncontent-length: 0\r\n\r\n");
    response.status = 204;
    EXPECT_EQ(encode_head(response, {}, date), "HTTP/1.1 204 No Content\r\ndate: " + date + "\r\n\r\n");
}

TEST(Http1Encoder, lets_no_value_add_a_line) {
    http::Response response;
    response.headers.add("location", std::string("/a\r\nset-cookie: b\0c", 19));
    const auto head = encode_head(response, {}, date);
    EXPECT_NE(head.find("location: /a  set-cookie: b c\r\n"), std::string::npos) << head;
}

} // namespace
} // namespace dialproof::net
