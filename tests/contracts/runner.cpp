#include "runner.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "pattern.h"
#include "platform/hmac.h"
#include "transcript.h"
#include "wire/jwt.h"
#include "wire/media_type.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace dialproof::contracts {

namespace {

std::string with_escapes(std::string text) {
    for (const auto& [escape, meant] :
         {std::pair{"\\r", '\r'}, std::pair{"\\n", '\n'}, std::pair{"\\0", '\0'}})
        for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at))
            text.replace(at, 2, 1, meant);
    return text;
}

std::string without_fraction(std::string rfc3339) { return rfc3339.erase(rfc3339.find('.'), 4); }

// Techno SSO writes as Go does: some signs escaped, and a line end after the value.
std::string compacted(std::string body) {
    for (const auto& [escape, meant] :
         {std::pair{"\\u003c", '<'}, std::pair{"\\u003e", '>'}, std::pair{"\\u0026", '&'}})
        for (auto at = body.find(escape); at != std::string::npos; at = body.find(escape, at))
            body.replace(at, 6, 1, meant);
    if (body.ends_with('\n'))
        body.pop_back();
    return body;
}

class Player {
public:
    Player(std::string file, StoreKind store, const Watcher& watcher) :
        file_(std::move(file)), store_(store), watcher_(watcher),
        order_(file_.find("/django_phone_verify/") != std::string::npos ||
                       file_.find("/pip_sms_settings/") != std::string::npos ||
                       file_.find("/techno_sso/") != std::string::npos
                   ? MemberOrder::counts
                   : MemberOrder::any) {}

    void play(const std::vector<Step>& steps) {
        for (const auto& [line, what] : steps) {
            line_ = line;
            try {
                std::visit([this](const auto& step) { take(step); }, what);
            } catch (const std::exception& error) {
                different(error.what());
                return;
            }
        }
        if (world_ && !world_->handsets.unread.empty())
            different("a message is left unread");
    }

private:
    void different(const std::string& told) { ADD_FAILURE_AT(file_.c_str(), line_) << told; }

    World& world() {
        if (!world_)
            world_ = std::make_unique<World>(settings_, store_);
        return *world_;
    }

    Settings& settings() {
        if (world_)
            throw std::invalid_argument("must come before the first request");
        return settings_;
    }

    void take(const SetClock& set) {
        const auto time = parse_rfc3339(set.time);
        if (!time || world_)
            throw std::invalid_argument("expected a time, before the first request");
        world().clock.set(*time);
    }
    void take(const Configure& configure) { settings().set(configure.key, configure.value); }
    void take(const MakeToken& make) {
        flows::NewToken token;
        token.label = make.variable;
        for (const auto& made_of : make.words) {
            const auto word = filled_in(made_of, variables_);
            if (word.starts_with("user="))
                token.user = core::UserId(word.substr(5));
            else if (word.starts_with("service="))
                token.service = core::ServiceName(word.substr(8));
            else if (word.starts_with("life="))
                token.expires_at = world().clock.now() + Seconds(std::stol(word.substr(5)));
            else
                token.roles.insert(word);
        }
        variables_[make.variable] = world().issue_token(std::move(token)).reveal();
    }
    void take(const OpenSession& open) {
        core::UserId user;
        bool administrator = false;
        Seconds life{3600};
        for (const auto& made_of : open.words) {
            const auto word = filled_in(made_of, variables_);
            if (word.starts_with("user="))
                user.text = word.substr(5);
            else if (word.starts_with("life="))
                life = Seconds(std::stol(word.substr(5)));
            else if (word == "administrator")
                administrator = true;
            else
                throw std::invalid_argument("expected user=, life= or administrator, not " + word);
        }
        variables_[open.variable] = world().open_session(user, administrator, life).reveal();
    }
    // Words are claims of the token; those of a time count from now.
    void take(const MakeJwt& make) {
        std::string header = R"({"alg":"HS256","typ":"JWT"})", key = jwt_key;
        JsonWriter claims;
        claims.begin_object();
        for (const auto& made_of : make.words) {
            const auto word = filled_in(made_of, variables_);
            const auto equals = word.find('=');
            const auto name = word.substr(0, equals), value = word.substr(std::min(equals + 1, word.size()));
            if (name == "alg")
                header = R"({"alg":")" + value + R"("})";
            else if (name == "key")
                key = value;
            else if (name == "exp" || name == "nbf" || name == "iat")
                claims.member(name, world().clock.now().time_since_epoch().count() / 1000 + std::stol(value));
            else if (name == "refresh")
                claims.member("is_refresh", true);
            else
                claims.member(name, value);
        }
        auto part = jwt::signed_part(header, claims.end_object().take());
        const auto mac = platform::Hmac(key).of(part);
        const auto& bytes = mac.reveal();
        variables_[make.variable] =
            jwt::with_signature(std::move(part), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    void take(const RevokeToken& revoke) {
        world().revoke_token(Secret<std::string>(variables_.at(revoke.variable)));
    }
    void take(const From& from) { address_ = from.address; }
    void take(const Store& state) { world().store.up = state.up; }
    void take(const LetAnother& let) {
        std::string other = variables_.at(let.code);
        other.back() = other.back() == '9' ? '0' : static_cast<char>(other.back() + 1);
        variables_[let.variable] = other;
    }
    void take(const LetCut& let) {
        variables_[let.variable] = variables_.at(let.text);
        variables_[let.variable].pop_back();
    }
    void take(const Advance& advance) { world().advance(Seconds(advance.seconds)); }
    void take(const Exchange& exchange) {
        for (unsigned i = 0; i < exchange.times; ++i)
            make(exchange);
    }
    void take(const MessageCode& expected) {
        const Received message = next_message(expected.number);
        if (!fits("$" + expected.variable, message.code, variables_))
            different("the code is " + message.code);
    }
    void take(const MessageText& expected) {
        const Received message = next_message(expected.number);
        if (!fits(expected.text, message.text, variables_))
            different("the text is " + message.text);
    }
    void take(const NoMessage&) {
        if (!world().handsets.unread.empty())
            different("there is a message to " + world().handsets.unread.front().to);
    }

    void take(const FindVerification& find) {
        variables_[find.variable] = world().newest_verification(find.number).text;
    }

    // The code and the text of one message may be asked for in two lines.
    Received next_message(const std::string& number) {
        auto& unread = world().handsets.unread;
        if (unread.empty() && last_read_ && last_read_->to == number)
            return *last_read_;
        if (unread.empty() || unread.front().to != number)
            throw std::invalid_argument(unread.empty() ? "no message came"
                                                       : "the next message is to " + unread.front().to);
        last_read_ = unread.front();
        unread.pop_front();
        return *last_read_;
    }

    void make(const Exchange& exchange) {
        http::Request request;
        request.method = exchange.method;
        request.path = filled_in(exchange.path, variables_);
        if (const auto mark = request.path.find('?'); mark != std::string::npos) {
            request.query = request.path.substr(mark + 1);
            request.path.resize(mark);
        }
        request.caller_address = address_;
        if (exchange.content_type)
            request.headers.add("content-type", *exchange.content_type);
        for (const auto& [name, value] : exchange.headers)
            request.headers.add(name, filled_in(value, variables_));
        request.body = filled_in(exchange.body, variables_);
        if (exchange.content_type != "application/json")
            request.body = with_escapes(std::move(request.body));

        last_read_.reset();
        const auto response = world().ask(request);
        watcher_(settings_, world(), request, response);
        variables_["now"] = without_fraction(to_rfc3339(world().clock.now()));
        compare(exchange, response);
    }

    void compare(const Exchange& exchange, const http::Response& response) {
        if (response.status != exchange.status)
            different("status " + std::to_string(response.status) + " " + response.body);
        if (exchange.expected_body)
            compare_bodies(*exchange.expected_body, response);
        if (response.status == 204 && !response.body.empty())
            different("204 with a body");
        for (const auto& [name, value] : exchange.expected_headers) {
            const auto found = response.headers.find(name);
            if (!found || !fits(value, std::string(*found), variables_))
                different(name + ": " + std::string(found.value_or("is absent")));
        }
        for (const auto& name : exchange.absent_headers)
            if (response.headers.find(name))
                different(name + " is there");
    }

    void compare_bodies(const std::string& expected, const http::Response& response) {
        const auto wanted = json::parse(expected);
        if (!wanted) {
            if (!fits(expected, response.body, variables_))
                different("the body is " + response.body);
            return;
        }
        const auto given = json::parse(response.body);
        if (!given)
            return different("the body is no JSON: " + response.body);
        const auto type = http::parse_media_type(response.headers.get("content-type"));
        if (!type || !type->is("application/json"))
            different("the content type is " + std::string(response.headers.get("content-type")));
        if (const auto told = contracts::difference(*wanted, *given, order_, variables_))
            different(*told);
        if (order_ == MemberOrder::counts && compacted(response.body) != json::to_text(*given))
            different("the body is not compact: " + response.body);
    }

    std::string file_;
    StoreKind store_;
    const Watcher& watcher_;
    MemberOrder order_;
    int line_ = 0;
    Settings settings_;
    std::unique_ptr<World> world_;
    Variables variables_{{"admin", administrator_token}};
    std::string address_ = "192.0.2.1";
    std::optional<Received> last_read_;
};

} // namespace

void play(const std::string& file, StoreKind store) {
    play(file, store, [](const auto&...) {});
}

void play(const std::string& file, StoreKind store, const Watcher& watcher) {
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    ASSERT_FALSE(text.empty()) << file << " cannot be read";
    try {
        Player(file, store, watcher).play(parse_transcript(text));
    } catch (const std::invalid_argument& error) {
        FAIL() << file << ": " << error.what();
    }
}

} // namespace dialproof::contracts
