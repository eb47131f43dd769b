#include "dialects/django_phone_verify/django_phone_verify.h"

#include "base/json_writer.h"
#include "dialects/django_phone_verify/drf.h"
#include "dialects/django_phone_verify/fields.h"
#include "wire/accept_language.h"

#include <cstdlib>
#include <memory>
#include <utility>
#include <variant>

namespace dialproof::dialects {

namespace {

constexpr std::string_view enter_a_number = "Enter a valid phone number.";

flows::Caller caller_of(const http::Request& request) {
    const auto languages = http::accepted_languages(request.headers.get("accept-language"));
    const bool named = !languages.empty() && languages.front() != "*";
    return {core::Principal{},
            request.caller_address,
            std::string(DjangoPhoneVerify::name),
            named ? languages.front() : std::string{},
            {},
            flows::client_hint_of(request.headers)};
}

http::Response bad_number(std::string_view text) { return drf::invalid({{"phone_number", text}}); }

http::Response invalid_code(std::string_view text) { return drf::invalid({{drf::non_field_errors, text}}); }

http::Response refused_response(const core::Refused& refused, Instant now) {
    switch (refused.reason) {
    case core::Reason::nothing_pending:
    case core::Reason::code_wrong:
        return invalid_code("Security code is not valid");
    case core::Reason::attempts_spent:
        return invalid_code("Too many failed verification attempts. Please request a new code.");
    case core::Reason::code_expired:
        return invalid_code("Security code has expired");
    case core::Reason::already_verified:
        return invalid_code("Security code is already verified");
    case core::Reason::number_not_allowed:
        return bad_number(enter_a_number);
    case core::Reason::send_too_soon:
    case core::Reason::send_limit_reached:
    case core::Reason::check_limit_reached:
        return drf::throttled(refused.retry_at ? std::optional(seconds_until(*refused.retry_at, now))
                                               : std::nullopt);
    case core::Reason::not_permitted:
        return drf::detail(403, "You do not have permission to perform this action.");
    case core::Reason::number_unchanged: // these concern users, of which this API has none
    case core::Reason::number_taken:
    case core::Reason::no_phone:
    case core::Reason::user_not_found:
    case core::Reason::user_exists:
    case core::Reason::username_taken:
        return drf::detail(500, "A server error occurred.");
    }
    std::abort();
}

http::Response failure_response(const flows::Failure& failure, Instant now) {
    if (const auto* refused = std::get_if<core::Refused>(&failure))
        return refused_response(*refused, now);
    return drf::unavailable();
}

} // namespace

class DjangoPhoneVerify::Views {
public:
    using View = Task<http::Response> (Views::*)(flows::Caller, drf::Fields);

    Views(flows::Proofs& proofs, flows::ProofToken tokens, const ports::NumberingPlan& plan,
          const ports::Clock& clock, DjangoPhoneVerifyConfig config) :
        proofs_(proofs),
        tokens_(tokens), plan_(plan), clock_(clock), config_(std::move(config)) {}

    Task<http::Response> post(http::Request request, View view) {
        if (auto refusal = drf::not_acceptable(request))
            co_return std::move(*refusal);
        auto fields = drf::read_fields(request);
        if (!fields)
            co_return std::move(fields.error());
        auto caller = caller_of(request);
        auto response = co_await (this->*view)(std::move(caller), std::move(*fields));
        co_return response;
    }

    Task<http::Response> register_number(flows::Caller caller, drf::Fields fields) {
        const auto typed = drf::required_text(fields, "phone_number", enter_a_number);
        if (!typed.error.empty())
            co_return bad_number(typed.error);
        const auto facts = parse(typed.text);
        if (!facts)
            co_return bad_number(enter_a_number);
        const flows::StartProof start{config_.service, *facts, core::Purpose::prove_number, {}};
        const auto started = co_await proofs_.start(caller, start);
        if (!started)
            co_return failure_response(started.error(), clock_.now());
        co_return success("session_token", tokens_.issue(facts->number, started->id));
    }

    Task<http::Response> verify(flows::Caller caller, drf::Fields fields) {
        const auto typed = drf::required_text(fields, "phone_number", enter_a_number);
        const auto token = drf::required_text(fields, "session_token");
        const auto guess = drf::required_text(fields, "security_code");
        const auto started = tokens_.read(token.text);
        const auto number = number_of(typed.text, started);

        drf::FieldErrors errors;
        if (!typed.error.empty())
            errors.emplace_back("phone_number", typed.error);
        else if (!number)
            errors.emplace_back("phone_number", enter_a_number);
        if (!token.error.empty())
            errors.emplace_back("session_token", token.error);
        if (!guess.error.empty())
            errors.emplace_back("security_code", guess.error);
        if (!errors.empty())
            co_return drf::invalid(errors);

        // A token that is not ours is looked up like any other, so that time does not tell it apart.
        const core::VerificationId nobodys("none");
        const core::VerificationId id = started ? started->id : nobodys;
        const flows::CheckProof check{config_.service, id, *number, core::Purpose::prove_number, guess.text};
        const auto approved = co_await proofs_.check(caller, check);
        if (!approved)
            co_return failure_response(approved.error(), clock_.now());
        co_return success("message", "Security code is valid.");
    }

private:
    [[nodiscard]] Result<core::NumberFacts, ports::NumberError> parse(std::string_view text) const {
        return plan_.parse(text, config_.default_region, ports::Strictness::valid);
    }

    // Most clients send the number as the token has it: then the numbering plan need not be asked again.
    [[nodiscard]] std::optional<core::PhoneNumber>
    number_of(std::string_view typed, const std::optional<flows::ProofToken::Content>& started) const {
        if (started && typed == started->number.e164())
            return started->number;
        const auto facts = parse(typed);
        return facts ? std::optional(facts->number) : std::nullopt;
    }

    static http::Response success(std::string_view member, std::string_view text) {
        return drf::json(200, JsonWriter().begin_object().member(member, text).end_object().take());
    }

    flows::Proofs& proofs_;
    flows::ProofToken tokens_;
    const ports::NumberingPlan& plan_;
    const ports::Clock& clock_;
    DjangoPhoneVerifyConfig config_;
};

namespace {

Task<http::Response> describe(http::Request request, std::string view_name, std::string description) {
    if (auto refusal = drf::not_acceptable(request))
        co_return std::move(*refusal);
    co_return drf::metadata(view_name, description);
}

} // namespace

DjangoPhoneVerify::DjangoPhoneVerify(flows::Proofs& proofs, flows::ProofToken tokens,
                                     const ports::NumberingPlan& plan, const ports::Clock& clock,
                                     DjangoPhoneVerifyConfig config) :
    views_(std::make_shared<Views>(proofs, tokens, plan, clock, std::move(config))) {}

http::Mount DjangoPhoneVerify::mount() const {
    struct Page {
        std::string pattern, name, description;
        Views::View view;
    };
    const std::vector<Page> pages{
        {"/api/phone/register", "Register", "Sends a security code to a phone number.",
         &Views::register_number},
        {"/api/phone/verify", "Verify", "Checks a security code.", &Views::verify},
    };

    http::Mount mount;
    mount.name = name;
    mount.prefixes = {"/api/phone/"};
    for (const auto& page : pages) {
        const auto post = [views = views_, view = page.view](http::Request request) {
            return views->post(std::move(request), view);
        };
        const auto options = [page](http::Request request) {
            return describe(std::move(request), page.name, page.description);
        };
        for (const auto& pattern : {page.pattern, page.pattern + "/"}) {
            mount.routes.push_back({"POST", pattern, page.name, post});
            mount.routes.push_back({"OPTIONS", pattern, page.name + "Metadata", options});
        }
    }
    mount.not_found = [](const http::Request&) { return drf::not_found(); };
    mount.method_not_allowed = [](const http::Request& request, const std::string&) {
        return drf::not_acceptable(request).value_or(drf::method_not_allowed(request.method));
    };
    return mount;
}

} // namespace dialproof::dialects
