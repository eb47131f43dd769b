#include "zitadel_client.h"

#include "base/json_writer.h"
#include "operator_client.h"

namespace dialproof::simulation {

Reply ZitadelClient::read(const http::Response& response) {
    Reply reply;
    const auto says = [&](std::string_view text) { return response.body.find(text) != std::string::npos; };
    reply.wait = retry_after(response);
    if (response.status == 200)
        reply.outcome = Outcome::done;
    else if (response.status == 503)
        reply.outcome = Outcome::unavailable;
    else if (response.status == 429)
        reply.outcome = Outcome::too_soon;
    else if (says("COMMAND-eis9R"))
        reply.outcome = Outcome::denied;
    else if (says("DIALPROOF-PhoneTaken"))
        reply.outcome = Outcome::taken;
    else if (says("COMMAND-Uch5e"))
        reply.outcome = Outcome::unchanged;
    else if (says("COMMAND-7yiox1isql"))
        reply.outcome = Outcome::already;
    else if (says("PHONE-5xrra88eq8") || says("COMMAND-ieJ2e") || says("QUERY-Dfbg2") ||
             says("COMMAND-bd4ir1mblj") || says("COMMAND-ugjs0upun6") ||
             says("AUTH-7fs1e")) // the token's holder is no more
        reply.outcome = Outcome::nothing;
    reply.code = text_member(response.body, "verificationCode");
    if (reply.code.empty())
        reply.code = text_member(response.body, "phoneCode");
    reply.text = text_member(response.body, "phone");
    reply.verified = says("\"phone\":\"" + reply.text + "\",\"isVerified\":true");
    return reply;
}

Task<Reply> ZitadelClient::ask(Intent intent, std::string method, std::string path, std::string body,
                               std::string token) {
    intent.user = user_;
    auto request = json_request(std::move(method), std::move(path), std::move(body), address_);
    request.headers.add("authorization", "Bearer " + token);
    auto reply = co_await network_.ask(intent, request, read);
    co_return reply;
}

Task<Reply> ZitadelClient::join() {
    Intent intent;
    intent.act = Act::join;
    JsonWriter body;
    body.begin_object().member("userId", user_).key("profile").begin_object();
    body.member("givenName", "Given").member("familyName", "Family").end_object();
    body.key("email").begin_object().member("email", user_ + "@example.com").end_object();
    if (!organisation_.empty())
        body.key("organization").begin_object().member("orgId", organisation_).end_object();
    body.end_object();
    Reply reply = co_await ask(intent, "POST", "/v2/users/human", body.take(), administrator_token);
    if (reply.outcome == Outcome::already)
        reply.outcome = Outcome::done;
    if (reply.outcome != Outcome::done || whose_ == Token::administrators)
        co_return reply;
    OperatorClient administrator(network_);
    auto issued = co_await administrator.make_token(user_);
    if (issued.outcome == Outcome::done)
        token_ = issued.text;
    co_return issued;
}

Task<Reply> ZitadelClient::start(std::string number) {
    Intent intent;
    intent.act = trust_ == Trust::given ? Act::give : Act::start;
    intent.number = number;
    intent.idempotent = by_update_;
    JsonWriter body;
    if (by_update_)
        body.begin_object().key("phone");
    body.begin_object().member("phone", number);
    if (trust_ == Trust::given)
        body.member("isVerified", true);
    if (trust_ == Trust::returned_code)
        body.key("returnCode").begin_object().end_object();
    body.end_object();
    if (by_update_)
        body.end_object();
    const std::string method = by_update_ ? "PUT" : "POST";
    const std::string path = by_update_ ? "/v2/users/human/" + user_ : "/v2/users/" + user_ + "/phone";
    auto reply = co_await ask(intent, method, path, body.take(), token_);
    reply.verified = trust_ == Trust::given && reply.outcome == Outcome::done;
    co_return reply;
}

Task<Reply> ZitadelClient::resend() {
    Intent intent;
    intent.act = Act::resend;
    JsonWriter body;
    body.begin_object();
    if (trust_ == Trust::returned_code)
        body.key("returnCode").begin_object().end_object();
    body.end_object();
    return ask(intent, "POST", "/v2/users/" + user_ + "/phone/resend", body.take(), token_);
}

Task<Reply> ZitadelClient::check(std::string guess) {
    Intent intent;
    intent.act = Act::check;
    intent.guess = guess;
    std::string body = JsonWriter().begin_object().member("verificationCode", guess).end_object().take();
    return ask(intent, "POST", "/v2/users/" + user_ + "/phone/verify", std::move(body), token_);
}

Task<Reply> ZitadelClient::look() {
    Intent intent;
    intent.act = Act::look;
    return ask(intent, "GET", "/v2/users/" + user_, {}, token_);
}

Task<Reply> ZitadelClient::remove() {
    Intent intent;
    intent.act = Act::remove;
    return ask(intent, "DELETE", "/v2/users/" + user_ + "/phone", {}, administrator_token);
}

Task<Reply> ZitadelClient::leave() {
    Intent intent;
    intent.act = Act::leave;
    return ask(intent, "DELETE", "/v2/users/" + user_, {}, administrator_token);
}

} // namespace dialproof::simulation
