#include "operator_client.h"

#include "base/json_writer.h"

namespace dialproof::simulation {

Reply OperatorClient::read(const http::Response& response) {
    Reply reply;
    if (response.status >= 200 && response.status < 300)
        reply.outcome = Outcome::done;
    else if (response.status == 503)
        reply.outcome = Outcome::unavailable;
    reply.text = text_member(response.body, "token");
    if (reply.text.empty())
        reply.text = text_member(response.body, "session_id");
    return reply;
}

Task<Reply> OperatorClient::ask(Intent intent, std::string method, std::string path, std::string body) {
    auto request = json_request(std::move(method), std::move(path), std::move(body), "192.0.2.1");
    request.headers.add("authorization", std::string("Bearer ") + administrator_token);
    auto reply = co_await network_.ask(intent, request, read);
    co_return reply;
}

Task<Reply> OperatorClient::make_token(std::string user) {
    Intent intent;
    intent.act = Act::token;
    std::string body = JsonWriter().begin_object().member("user_id", user).end_object().take();
    return ask(intent, "POST", "/admin/v1/tokens", std::move(body));
}

Task<Reply> OperatorClient::open_session(std::string user) {
    Intent intent;
    intent.act = Act::token;
    JsonWriter body;
    body.begin_object().member("user_id", user).member("life_seconds", 30 * 86400).end_object();
    return ask(intent, "POST", "/admin/v1/sessions", body.take());
}

Task<Reply> OperatorClient::clear_line(std::string number) {
    Intent intent;
    intent.act = Act::clear_line;
    return ask(intent, "DELETE", "/admin/v1/lines/" + number + "/guesses", {});
}

} // namespace dialproof::simulation
