#include "django_client.h"

#include "base/json_writer.h"

namespace dialproof::simulation {

Reply DjangoClient::read(const http::Response& response) {
    Reply reply;
    const auto says = [&](std::string_view text) { return response.body.find(text) != std::string::npos; };
    reply.wait = retry_after(response);
    if (response.status == 200)
        reply.outcome = Outcome::done;
    else if (response.status == 503)
        reply.outcome = Outcome::unavailable;
    else if (response.status == 429)
        reply.outcome = Outcome::too_soon;
    else if (response.status == 400 && says("already verified"))
        reply.outcome = Outcome::already;
    else if (response.status == 400 && (says("not valid") || says("expired") || says("Too many failed")))
        reply.outcome = Outcome::denied;
    reply.text = text_member(response.body, "session_token");
    return reply;
}

Task<Reply> DjangoClient::start(std::string number) {
    number_ = number;
    Intent intent;
    intent.act = Act::start;
    intent.caller = address_;
    intent.number = number;
    std::string body = JsonWriter().begin_object().member("phone_number", number).end_object().take();
    auto request = json_request("POST", "/api/phone/register", std::move(body), address_);
    auto reply = co_await network_.ask(intent, request, read);
    if (reply.outcome == Outcome::done)
        token_ = reply.text;
    co_return reply;
}

Task<Reply> DjangoClient::check(std::string guess) {
    Intent intent;
    intent.act = Act::check;
    intent.number = number_;
    intent.guess = guess;
    intent.caller = address_;
    JsonWriter body;
    body.begin_object().member("phone_number", number_).member("session_token", token_);
    body.member("security_code", guess).end_object();
    auto request = json_request("POST", "/api/phone/verify", body.take(), address_);
    auto reply = co_await network_.ask(intent, request, read);
    co_return reply;
}

} // namespace dialproof::simulation
