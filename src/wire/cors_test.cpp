#include "wire/cors.h"

#include "base/run_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dialproof::http {
namespace {

Task<Response> hello(Request) { co_return json_response(200, "{}"); }

class Cors : public testing::Test {
protected:
    static Mount guarded(std::vector<std::string> origins) {
        Mount mount;
        mount.routes = {{"POST", "/a/call", "Call", hello}, {"GET", "/a/call", "Read", hello}};
        mount.not_found = [](const Request&) { return json_response(404, "{}"); };
        mount.method_not_allowed = [](const Request&, const std::string&) {
            return json_response(405, "{}");
        };
        return with_cors(std::move(mount),
                         {std::move(origins), "authorization, content-type", "grpc-status"});
    }
    static Request from(const std::string& origin) {
        Request request;
        if (!origin.empty())
            request.headers.add("origin", origin);
        return request;
    }
    Response ask(const Mount& mount, std::size_t route, const std::string& origin) {
        return loop_.wait_for(mount.routes.at(route).handler(from(origin)));
    }

    RunLoop loop_;
};

TEST_F(Cors, LetsAPageOfAKnownOriginReadTheAnswer) {
    const auto response = ask(guarded({"https://a.example", "https://b.example"}), 0, "https://b.example");
    EXPECT_EQ(response.headers.get("access-control-allow-origin"), "https://b.example");
    EXPECT_EQ(response.headers.get("access-control-expose-headers"), "grpc-status");
    EXPECT_EQ(response.headers.get("vary"), "origin");
    EXPECT_FALSE(response.headers.find("access-control-allow-credentials"));
}

TEST_F(Cors, TellsOthersNothingButThatTheOriginMatters) {
    for (const char* origin : {"", "https://evil.example", "https://a.example.evil.example", "null"}) {
        const auto response = ask(guarded({"https://a.example"}), 0, origin);
        EXPECT_FALSE(response.headers.find("access-control-allow-origin")) << origin;
        EXPECT_EQ(response.headers.get("vary"), "origin");
    }
}

TEST_F(Cors, AnswersAPreflightWithAllMethodsOfThePath) {
    const auto mount = guarded({"*"});
    ASSERT_EQ(mount.routes.size(), 3U);
    EXPECT_EQ(mount.routes.back().method, "OPTIONS");
    const auto response = ask(mount, 2, "https://any.example");
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.headers.get("access-control-allow-origin"), "*");
    EXPECT_EQ(response.headers.get("access-control-allow-methods"), "POST, GET");
    EXPECT_EQ(response.headers.get("access-control-allow-headers"), "authorization, content-type");
    EXPECT_EQ(response.headers.get("access-control-max-age"), "7200");
    EXPECT_FALSE(ask(guarded({"https://a.example"}), 2, "https://b.example")
                     .headers.find("access-control-allow-origin"));
}

TEST_F(Cors, LetsThePageReadThatThereIsNoSuchPath) {
    const auto response = guarded({"https://a.example"}).not_found(from("https://a.example"));
    EXPECT_EQ(response.headers.get("access-control-allow-origin"), "https://a.example");
}

TEST_F(Cors, LetsThePageReadThatTheMethodIsWrong) {
    const auto response =
        guarded({"https://a.example"}).method_not_allowed(from("https://a.example"), "GET, POST");
    EXPECT_EQ(response.headers.get("access-control-allow-origin"), "https://a.example");
}

TEST_F(Cors, LeavesAMountAsItIsWithoutOrigins) {
    const auto mount = guarded({});
    EXPECT_EQ(mount.routes.size(), 2U);
    EXPECT_FALSE(ask(mount, 0, "https://a.example").headers.find("vary"));
}

} // namespace
} // namespace dialproof::http
