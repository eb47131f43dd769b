#include "pip_client.h"

#include "operator_client.h"

namespace dialproof::simulation {

Reply PipClient::read(const http::Response& response) {
    Reply reply;
    const auto says = [&](std::string_view text) { return response.body.find(text) != std::string::npos; };
    reply.wait = retry_after(response);
    if (response.status == 200 || response.status == 204)
        reply.outcome = Outcome::done;
    else if (response.status == 503)
        reply.outcome = Outcome::unavailable;
    else if (response.status == 429)
        reply.outcome = Outcome::too_soon;
    else if (response.status == 404 || response.status == 440) // the session's holder is no more
        reply.outcome = Outcome::nothing;
    else if (says("INVALID_CODE"))
        reply.outcome = Outcome::denied;
    else if (says("PHONE_ALREADY_USED"))
        reply.outcome = Outcome::taken;
    reply.text = text_member(response.body, "phone");
    reply.verified = says("\"verified\":true");
    return reply;
}

Task<Reply> PipClient::ask(Intent intent, std::string method, std::string path, std::string body) {
    intent.idempotent = true;
    auto request = json_request(std::move(method), std::move(path), std::move(body), address_);
    if (intent.act == Act::remove)
        request.headers.add("authorization", std::string("Bearer ") + administrator_token);
    else if (!session_.empty())
        request.headers.add("x-session-id", session_);
    auto reply = co_await network_.ask(intent, request, read);
    co_return reply;
}

Task<Reply> PipClient::join() {
    OperatorClient administrator(network_);
    auto opened = co_await administrator.open_session(user_);
    if (opened.outcome == Outcome::done)
        session_ = opened.text;
    co_return opened;
}

JsonWriter PipClient::who(Intent& intent) const {
    JsonWriter body;
    body.begin_object();
    if (by_ == By::phone)
        return body.member("phone", number_); // which may be several users'
    intent.user = user_;
    return body.member(by_ == By::login ? "login" : "user_id", user_);
}

Task<Reply> PipClient::start(std::string number) {
    number_ = number;
    Intent intent;
    intent.user = user_;
    intent.act = Act::start;
    intent.number = number;
    intent.caller = address_;
    std::string body = JsonWriter().begin_object().member("phone", number).end_object().take();
    return ask(intent, "PUT", "/api/v1/sms_settings/" + user_, std::move(body));
}

Task<Reply> PipClient::resend() {
    Intent intent;
    intent.act = Act::resend;
    intent.caller = address_;
    std::string body = who(intent).end_object().take();
    return ask(intent, "POST", "/api/v1/sms_settings/resend", std::move(body));
}

Task<Reply> PipClient::check(std::string guess) {
    Intent intent;
    intent.act = Act::check;
    intent.guess = guess;
    intent.caller = address_;
    std::string body = who(intent).member("code", guess).end_object().take();
    return ask(intent, "POST", "/api/v1/sms_settings/verify", std::move(body));
}

Task<Reply> PipClient::look() {
    Intent intent;
    intent.act = Act::look;
    intent.user = user_;
    return ask(intent, "GET", "/api/v1/sms_settings/" + user_, {});
}

Task<Reply> PipClient::remove() {
    Intent intent;
    intent.act = Act::remove;
    intent.user = user_;
    std::string body = JsonWriter().begin_object().member("recipient_id", user_).end_object().take();
    return ask(intent, "POST", "/v1/sms_settings/delete_settings_by_id", std::move(body));
}

} // namespace dialproof::simulation
