#include "dialects/techno_sso/techno_sso.h"

#include "base/json_writer.h"
#include "dialects/techno_sso/answers.h"
#include "dialects/techno_sso/request.h"

#include <utility>

namespace dialproof::dialects {

using namespace sso;

namespace {

// Who is meant by a call without a JWT: `tdid`, `phone` or both; where both are given, the phone tells whose
// token it is, and the id only has to exist.
struct Named {
    std::string tdid, phone;
};

Result<Named, Error> read_named(const RequestBody& body) {
    auto tdid = body.text("tdid");
    if (!tdid)
        return fail(std::move(tdid.error()));
    auto phone = body.text("phone");
    if (!phone)
        return fail(std::move(phone.error()));
    return Named{std::move(*tdid), std::move(*phone)};
}

} // namespace

class TechnoSso::Views {
public:
    using Answer = Result<http::Response, Error>;
    using View = Task<Answer> (Views::*)(http::Request);

    Views(flows::Users& users, const ports::NumberingPlan& plan, const ports::Clock& clock,
          const ports::Mac& mac, const TechnoSsoConfig& config) :
        users_(users),
        plan_(plan), clock_(clock), tokens_(mac, clock, config.lives), service_(config.service),
        spam_penalty_(config.spam_penalty), long_spam_penalty_(config.long_spam_penalty) {}

    Task<http::Response> serve(http::Request request, View view) {
        auto answer = co_await (this->*view)(std::move(request));
        if (!answer)
            co_return error_response(answer.error());
        co_return std::move(*answer);
    }

    // PUT /profile/phone
    Task<Answer> add_phone(http::Request request) {
        const auto tdid = tokens_.caller(request);
        if (!tdid)
            co_return fail(tdid.error());
        const auto body = RequestBody::read(request.body);
        if (!body)
            co_return fail(body.error());
        const auto phone = body->text("phone");
        if (!phone)
            co_return fail(phone.error());
        const auto number = parse_number(*phone, plan_);
        if (!number)
            co_return fail(bad_request("phone number not specified"));
        if (tdid->empty())
            co_return fail(bad_request("user TDID not specified"));
        const auto user = parse_tdid(*tdid);
        if (!user)
            co_return fail(tdid_malformed());

        flows::Caller caller = anybody(request);
        caller.principal.user = *user;
        // Users of other services are not there.
        const flows::UserQuery query{service_, *user};
        const auto known = co_await find(caller, query);
        if (!known)
            co_return fail(known.error());
        const core::CodeWait wait{spam_penalty_, false, spam_penalty_};
        const auto answer = co_await users_.prove_phone(caller, *user, *number, wait);
        if (!answer)
            co_return fail(error_of(answer.error(), clock_.now()));
        co_return status_response(201, "Phone number is linked to a SSO account. Verification Required");
    }

    // PUT /auth/verify/token
    Task<Answer> verify_token(http::Request request) {
        constexpr std::string_view type = "VerifyPhoneNumRequest";
        const auto body = RequestBody::read(request.body);
        if (!body)
            co_return fail(body.error());
        const auto named = read_named(*body);
        if (!named)
            co_return fail(named.error());
        const auto token = body->text("token");
        if (!token)
            co_return fail(token.error());
        if (named->tdid.empty() && named->phone.empty())
            co_return fail(Error{422, validation_line(type, "tdid", "required_without") + "\n" +
                                          validation_line(type, "phone", "required_without")});
        const auto number = parse_number(named->phone, plan_);
        if (!named->phone.empty() && !number)
            co_return fail(Error{422, validation_line(type, "phone", "is_phone")});
        if (token->empty())
            co_return fail(bad_request("token not specified"));

        const flows::Caller caller = anybody(request);
        const auto user = co_await find_named(caller, *named, number);
        if (!user)
            co_return fail(user.error());
        const core::TypedCode guess(*token);
        const auto answer = co_await users_.verify(caller, user->id, guess);
        if (!answer)
            co_return fail(error_of(answer.error(), clock_.now()));
        co_return signed_in(answer->user.id);
    }

    // PUT /auth/verify/phone
    Task<Answer> resend(http::Request request) {
        constexpr std::string_view type = "VerifyPhoneRequest";
        const auto body = RequestBody::read(request.body);
        if (!body)
            co_return fail(body.error());
        const auto named = read_named(*body);
        if (!named)
            co_return fail(named.error());
        const auto number = parse_number(named->phone, plan_);
        if (!number)
            co_return fail(
                Error{422, validation_line(type, "phone", named->phone.empty() ? "required" : "is_phone")});

        const flows::Caller caller = anybody(request);
        // By the id alone, where there is one: then the number must be this user's.
        const Named whose{named->tdid, named->tdid.empty() ? named->phone : ""};
        const auto user = co_await find_named(caller, whose, number);
        if (!user)
            co_return fail(user.error());
        const Seconds next_wait = named->tdid.empty() ? long_spam_penalty_ : spam_penalty_;
        flows::NextCode next;
        next.number = *number;
        next.wait = core::CodeWait{Seconds{0}, true, next_wait};
        next.by_anybody = true;
        const auto answer = co_await users_.resend(caller, user->id, next);
        if (!answer)
            co_return fail(error_of(answer.error(), clock_.now()));
        co_return status_response(201, "Token was created successfully");
    }

private:
    static flows::Caller anybody(const http::Request& request) {
        return {core::Principal{},
                request.caller_address,
                std::string(name),
                {},
                {},
                flows::client_hint_of(request.headers)};
    }

    Task<Result<core::User, Error>> find(flows::Caller caller, flows::UserQuery query) {
        const auto found = co_await users_.find(caller, query);
        if (!found)
            co_return fail(error_of(found.error(), clock_.now()));
        co_return found->front();
    }

    Task<Result<core::User, Error>> find_named(flows::Caller caller, Named named,
                                               std::optional<core::NumberFacts> number) {
        if (!named.tdid.empty()) {
            const auto id = parse_tdid(named.tdid);
            if (!id)
                co_return fail(tdid_malformed());
            const flows::UserQuery by_id{service_, *id};
            auto found = co_await find(caller, by_id);
            if (!found || named.phone.empty())
                co_return found;
        }
        const flows::UserQuery by_number{service_, number->number};
        auto found = co_await find(caller, by_number);
        co_return found;
    }

    [[nodiscard]] http::Response signed_in(const core::UserId& user) const {
        const auto access = tokens_.access(user);
        JsonWriter body;
        body.begin_object().member("token", access).member("access_token", access);
        body.member("refresh_token", tokens_.refresh(user)).member("status", "SignIn success");
        return json(200, body.end_object().take());
    }

    flows::Users& users_;
    const ports::NumberingPlan& plan_;
    const ports::Clock& clock_;
    Tokens tokens_;
    core::ServiceName service_;
    Seconds spam_penalty_, long_spam_penalty_;
};

TechnoSso::TechnoSso(flows::Users& users, const ports::NumberingPlan& plan, const ports::Clock& clock,
                     const ports::Mac& mac, TechnoSsoConfig config) :
    views_(std::make_shared<Views>(users, plan, clock, mac, config)),
    prefix_(std::move(config.prefix)) {}

http::Mount TechnoSso::mount() const {
    struct Page {
        const char *pattern, *name;
        Views::View view;
    };
    const std::vector<Page> pages{
        {"/api/v1/profile/phone", "AddPhone", &Views::add_phone},
        {"/api/v1/auth/verify/token", "VerifyToken", &Views::verify_token},
        {"/api/v1/auth/verify/phone", "ResendToken", &Views::resend},
    };
    http::Mount mount;
    mount.name = name;
    mount.prefixes = {prefix_ + "/api/v1/profile", prefix_ + "/api/v1/auth"};
    for (const auto& page : pages) {
        const auto serve = [views = views_, view = page.view](http::Request request) {
            return views->serve(std::move(request), view);
        };
        mount.routes.push_back({"PUT", prefix_ + page.pattern, page.name, serve});
    }
    mount.not_found = [](const http::Request&) { return not_found(); };
    mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
        return method_not_allowed(allow);
    };
    return mount;
}

} // namespace dialproof::dialects
