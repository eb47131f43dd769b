#include "techno_client.h"

#include "base/json_writer.h"

namespace dialproof::simulation {

Reply TechnoClient::read(const http::Response& response) {
    Reply reply;
    const auto says = [&](std::string_view text) { return response.body.find(text) != std::string::npos; };
    reply.wait = retry_after(response);
    if (response.status == 200 || response.status == 201)
        reply.outcome = Outcome::done;
    else if (response.status == 503)
        reply.outcome = Outcome::unavailable;
    else if (response.status == 429)
        reply.outcome = Outcome::too_soon;
    else if (response.status == 404 || says("not linked to account"))
        reply.outcome = Outcome::nothing;
    else if (says("token does not exist") || says("token has expired"))
        reply.outcome = Outcome::denied;
    else if (says("already verified"))
        reply.outcome = Outcome::already;
    else if (says("linked to another account"))
        reply.outcome = Outcome::taken;
    return reply;
}

Task<Reply> TechnoClient::ask(Intent intent, std::string path, std::string body) {
    intent.user = user_;
    intent.caller = address_;
    auto request = json_request("PUT", "/api/v1" + std::move(path), std::move(body), address_);
    request.headers.add("authorization", "Bearer " + network_.jwt_of(user_));
    auto reply = co_await network_.ask(intent, request, read);
    co_return reply;
}

Task<Reply> TechnoClient::start(std::string number) {
    number_ = number;
    Intent intent;
    intent.act = Act::start;
    intent.number = number;
    std::string body = JsonWriter().begin_object().member("phone", number).end_object().take();
    return ask(intent, "/profile/phone", std::move(body));
}

Task<Reply> TechnoClient::resend() {
    Intent intent;
    intent.act = Act::resend;
    JsonWriter body;
    body.begin_object().member("phone", number_).member("tdid", user_).end_object();
    return ask(intent, "/auth/verify/phone", body.take());
}

Task<Reply> TechnoClient::check(std::string guess) {
    Intent intent;
    intent.act = Act::check;
    intent.guess = guess;
    JsonWriter body;
    body.begin_object().member("token", guess).member("tdid", user_).end_object();
    return ask(intent, "/auth/verify/token", body.take());
}

} // namespace dialproof::simulation
