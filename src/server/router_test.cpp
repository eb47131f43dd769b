#include "server/router.h"

#include <gtest/gtest.h>

namespace dialproof::server {
namespace {

Task<http::Response> nothing() { co_return http::Response{}; }

http::Route route(std::string method, std::string pattern, std::string name) {
    return {std::move(method), std::move(pattern), std::move(name), [](http::Request) { return nothing(); }};
}

http::Mount mount(std::string name, std::vector<std::string> prefixes, std::vector<http::Route> routes) {
    http::Mount made;
    made.name = std::move(name);
    made.prefixes = std::move(prefixes);
    made.routes = std::move(routes);
    return made;
}

std::vector<http::Mount> mounts() {
    std::vector<http::Mount> all;
    all.push_back(
        mount("users", {"/v2/"},
              {route("POST", "/v2/users/{user_id}/phone", "SetPhone"),
               route("DELETE", "/v2/users/{user_id}/phone", "RemovePhone"),
               route("GET", "/v2/users/{user_id}", "GetUser"), route("PUT", "/v2/users/human", "UpdateHuman"),
               route("POST", "/v2/users/human", "AddHuman"),
               route("GET", "/v2/users/{user_id}/phones/{number}", "GetPhone")}));
    all.push_back(mount(
        "phones", {"/api/phone", "/api/telephone/"},
        {route("POST", "/api/phone/register/", "Register"), route("GET", "/api/telephone/", "Telephone")}));
    all.push_back(
        mount("all", {"/"},
              {route("GET", "/", "Root"), route("HEAD", "/own", "OwnHead"), route("GET", "/own", "OwnGet")}));
    return all;
}

class RouterTest : public testing::Test {
protected:
    std::string found(const std::string& method, const std::string& path) const {
        const auto match = router.find(method, path);
        std::string text = match.mount != nullptr ? match.mount->name : "none";
        text += match.route != nullptr ? " " + match.route->name : "";
        return match.allow.empty() ? text : text + " allows " + match.allow;
    }
    std::map<std::string, std::string, std::less<>> parameters(const std::string& path) const {
        http::Request request;
        EXPECT_TRUE(take_path_parameters(router.find("GET", path), request));
        return request.path_parameters;
    }
    Router router{mounts()};
};

TEST_F(RouterTest, finds_routes) {
    EXPECT_EQ(found("POST", "/v2/users/7/phone"), "users SetPhone");
    EXPECT_EQ(found("DELETE", "/v2/users/7/phone"), "users RemovePhone");
    EXPECT_EQ(found("POST", "/api/phone/register/"), "phones Register");
    EXPECT_EQ(found("GET", "/"), "all Root");
}

TEST_F(RouterTest, gives_the_path_to_the_longest_prefix) {
    EXPECT_EQ(found("GET", "/v2/nothing"), "users");
    EXPECT_EQ(found("GET", "/api/phonebook"), "phones");
    EXPECT_EQ(found("GET", "/api/telephone/"), "phones Telephone");
    EXPECT_EQ(found("GET", "/api/telephone"), "all");
    EXPECT_EQ(found("OPTIONS", "*"), "none");
}

TEST_F(RouterTest, prefers_a_literal_but_goes_back_for_the_method) {
    EXPECT_EQ(found("PUT", "/v2/users/human"), "users UpdateHuman");
    EXPECT_EQ(found("GET", "/v2/users/human"), "users GetUser");
    EXPECT_EQ(found("GET", "/v2/users/human/phones/1"), "users GetPhone");
    EXPECT_EQ(parameters("/v2/users/human").at("user_id"), "human");
}

TEST_F(RouterTest, lists_the_methods_of_a_path_sorted) {
    EXPECT_EQ(found("GET", "/v2/users/7/phone"), "users allows DELETE, POST");
    EXPECT_EQ(found("DELETE", "/v2/users/human"), "users allows GET, POST, PUT");
    EXPECT_EQ(found("OPTIONS", "/v2/users/7"), "users allows GET");
    EXPECT_EQ(found("OPTIONS", "/v2/nothing"), "users");
    EXPECT_EQ(found("get", "/v2/users/7"), "users allows GET");
}

TEST_F(RouterTest, knows_which_routes_stream) {
    auto watch = route("POST", "/grpc.health.v1.Health/Watch", "Watch");
    watch.streaming = true;
    std::vector<http::Mount> all;
    all.push_back(mount("health", {"/grpc.health.v1.Health/"},
                        {std::move(watch), route("POST", "/grpc.health.v1.Health/Check", "Check")}));
    const Router of_health(std::move(all));
    EXPECT_TRUE(of_health.streams("POST", "/grpc.health.v1.Health/Watch"));
    EXPECT_FALSE(of_health.streams("GET", "/grpc.health.v1.Health/Watch"));
    EXPECT_FALSE(of_health.streams("POST", "/grpc.health.v1.Health/Check"));
    EXPECT_FALSE(of_health.streams("POST", "/elsewhere"));
}

TEST_F(RouterTest, serves_head_by_get) {
    EXPECT_EQ(found("HEAD", "/v2/users/7"), "users GetUser");
    EXPECT_EQ(found("HEAD", "/own"), "all OwnHead");
    EXPECT_EQ(found("HEAD", "/v2/users/7/phone"), "users allows DELETE, POST");
}

TEST_F(RouterTest, takes_segments_as_they_are) {
    EXPECT_EQ(found("POST", "/api/phone/register"), "phones");
    EXPECT_EQ(found("GET", "/v2/users/7/"), "users");
    EXPECT_EQ(found("GET", "/v2/users/"), "users");
    EXPECT_EQ(found("POST", "/v2/users//phone"), "users");
    EXPECT_EQ(found("POST", "/v2/Users/7/phone"), "users");
}

TEST_F(RouterTest, decodes_parameters) {
    const auto both = parameters("/v2/users/a%2Fb%20c/phones/%2B41791234567");
    EXPECT_EQ(both.at("user_id"), "a/b c");
    EXPECT_EQ(both.at("number"), "+41791234567");
    EXPECT_TRUE(parameters("/").empty());

    http::Request request;
    for (const std::string path : {"/v2/users/%", "/v2/users/%4", "/v2/users/%zz", "/v2/users/a%"})
        EXPECT_FALSE(take_path_parameters(router.find("GET", path), request)) << path;
}

TEST_F(RouterTest, has_no_route_for_endless_paths) {
    std::string path = "/v2";
    for (int i = 0; i < 100000; ++i)
        path += "/a";
    EXPECT_EQ(found("GET", path), "users");
}

using RouterDeathTest = RouterTest;

TEST_F(RouterDeathTest, stops_where_a_table_is_wrong) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    const auto build = [](std::vector<http::Mount> all) { const Router made(std::move(all)); };
    EXPECT_DEATH(build({mount("a", {"/"}, {route("GET", "/x", "1"), route("GET", "/x", "2")})}), "");
    EXPECT_DEATH(build({mount("a", {"/"}, {route("GET", "/{x}", "1"), route("GET", "/{y}", "2")})}), "");
    EXPECT_DEATH(build({mount("a", {"/a/"}, {route("GET", "/b", "1")})}), "");
    EXPECT_DEATH(build({mount("a", {"/"}, {route("GET", "/b{x}", "1")})}), "");
    EXPECT_DEATH(build({mount("a", {"/"}, {}), mount("b", {"/"}, {})}), "");
}

} // namespace
} // namespace dialproof::server
