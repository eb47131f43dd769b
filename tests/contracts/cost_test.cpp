// What an answer costs must not tell what its body hides.
#include "base/json_writer.h"
#include "wire/json.h"
#include "world.h"

#include <gtest/gtest.h>

namespace dialproof::contracts {
namespace {

http::Request post(const std::string& path, std::string body) {
    http::Request request;
    request.method = "POST";
    request.path = path;
    request.caller_address = "192.0.2.1";
    request.headers.add("content-type", "application/json");
    request.body = std::move(body);
    return request;
}

std::string guess(const std::string& number, const std::string& token, const std::string& code) {
    JsonWriter body;
    body.begin_object().member("phone_number", number).member("session_token", token);
    return body.member("security_code", code).end_object().take();
}

struct Cost {
    unsigned loads, commits;
    std::string body;
    friend bool operator==(const Cost&, const Cost&) = default;
};

Cost cost_of_verify(World& world, const std::string& body) {
    world.store.loads = world.store.commits = 0;
    const auto response = world.ask(post("/api/phone/verify", body));
    EXPECT_EQ(response.status, 400);
    return {world.store.loads, world.store.commits, response.body};
}

TEST(Cost, OfATokenOfNobodyIsThatOfAWrongCode) {
    World world(Settings{}, StoreKind::memory);
    const auto registered = world.ask(post("/api/phone/register", R"({"phone_number":"+12025550123"})"));
    const std::string token = *json::parse(registered.body)->find("session_token")->as_string();
    const std::string wrong = world.handsets.unread.front().code == "000000" ? "000001" : "000000";

    const auto wrong_code = cost_of_verify(world, guess("+12025550123", token, wrong));
    EXPECT_EQ(wrong_code.commits, 1U);
    EXPECT_EQ(cost_of_verify(world, guess("+12025550123", "garbage", wrong)), wrong_code);
    EXPECT_EQ(cost_of_verify(world, guess("+12025550123", token + "x", wrong)), wrong_code);
    EXPECT_EQ(cost_of_verify(world, guess("+12025550199", token, wrong)), wrong_code);
    EXPECT_EQ(cost_of_verify(world, guess("+12025550199", "garbage", wrong)), wrong_code);
}

} // namespace
} // namespace dialproof::contracts
