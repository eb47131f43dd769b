#include "world.h"

#include "numbering/libphonenumber_plan.h"

#include <sstream>
#include <stdexcept>

namespace dialproof::contracts {

namespace {

const ports::NumberingPlan& numbering_plan() {
    static const auto plan = numbering::LibphonenumberPlan::create();
    if (!plan)
        throw std::runtime_error(plan.error());
    return **plan;
}

core::Rate rate_of(const std::string& text) {
    core::Rate rate;
    char slash = 0;
    Seconds::rep period = 0;
    std::istringstream words(text);
    if (!(words >> rate.count >> slash >> period) || slash != '/')
        throw std::invalid_argument("expected a rate such as 3/60, not " + text);
    rate.period = Seconds(period);
    return rate;
}

core::Policy policy_named(const char* name) {
    core::Policy policy;
    policy.service = core::ServiceName(name);
    policy.countries = {"*"};
    policy.templates["de"] = "{code} ist dein Code für {app}. Er gilt {minutes} Minuten.";
    return policy;
}

} // namespace

Settings::Settings() {
    rules.dialects.emplace(dialects::TechnoSso::name, dialects::TechnoSso::terms(techno.spam_penalty));
    for (const char* name : {"default", "acme"})
        rules.services.emplace(core::ServiceName(name), policy_named(name));
}

void Settings::set(const std::string& key, const std::string& value) {
    for (auto& [name, policy] : rules.services) {
        if (key == "guesses")
            policy.guesses = static_cast<unsigned>(std::stoul(value));
        else if (key == "code_lifetime")
            policy.code_lifetime = Seconds(std::stol(value));
        else if (key == "country")
            policy.countries = {value};
        else if (key == "checks_per_caller")
            policy.checks_per_caller = rate_of(value);
        else if (key == "sends_per_caller")
            policy.sends_per_caller = rate_of(value);
        else if (key == "uniqueness" && value == "verified_once")
            policy.uniqueness = core::Uniqueness::verified_once;
        else if (key == "line_guesses")
            rules.line.guesses = {rate_of(value)};
        else if (key == "pip_code_lifetime")
            rules.dialects[std::string(dialects::PipSmsSettings::name)].code_lifetime =
                Seconds(std::stol(value));
        else if (key == "pip_code_length")
            rules.dialects[std::string(dialects::PipSmsSettings::name)].code_length =
                static_cast<unsigned>(std::stoul(value));
        else if (key == "pip_option" && value == "legacy_success")
            pip.legacy_success = true;
        else if (key == "pip_option" && value == "show_code")
            pip.show_code = true;
        else if (key == "pip_option" && value == "commands")
            pip.commands = true;
        else if (key == "techno_prefix")
            techno.prefix = value;
        else if (key == "default_region")
            default_region = value;
        else if (key == "test_number")
            rules.test_numbers.insert_or_assign(
                core::PhoneNumber::parse(value.substr(0, value.find('='))).value(),
                core::Code(value.substr(value.find('=') + 1)));
        else
            throw std::invalid_argument("no such key: " + key);
    }
}

World::World(Settings settings, StoreKind kind) :
    storage_(kind), rules_(settings.rules), ports_{store, keys_, clock, random_, meter_, dispatcher_, rules_},
    proofs_(ports_), users_(ports_), access_(ports_, Secret<std::string>(administrator_token)),
    lines_(ports_), timelines_(ports_),
    admin_({access_, lines_, timelines_, providers_, clock, rules_, log_}),
    router_of_messages_(providers_, {{}, {"default", {}, {}, {std::string(handsets.name())}, ""}}),
    dispatcher_({store, keys_, clock, alarm_, meter_, log_, rules_, numbering_plan(), providers_,
                 router_of_messages_}),
    zitadel_(users_, access_, numbering_plan(), clock, random_,
             {{{"69629023906488334", core::ServiceName("default")},
               {"260000000000000002", core::ServiceName("acme")}},
              settings.default_region,
              settings.cors_origins}),
    mounts_(made_mounts(settings)), router_(mounts_) {
    providers_.add(handsets);
    spawn(loop_, dispatcher_.run(loop_), [this] { dispatching_ = false; });
}

World::~World() {
    dispatcher_.stop();
    while (dispatching_)
        turn();
}

void World::turn() {
    const auto due = loop_.wait_for(storage_.store().next_due());
    if (!due)
        throw std::runtime_error("the store does not answer");
    loop_.run_until_idle();
}

std::vector<http::Mount> World::made_mounts(const Settings& settings) {
    const dialects::DjangoPhoneVerify django(proofs_, flows::ProofToken(keys_), numbering_plan(), clock,
                                             {core::ServiceName("default"), settings.default_region});
    const dialects::PipSmsSettings pip(users_, access_, numbering_plan(), clock, settings.pip);
    const dialects::TechnoSso techno(users_, numbering_plan(), clock, jwt_mac_, settings.techno);
    std::vector<http::Mount> all{django.mount(), pip.mount(), techno.mount(), admin_.mount()};
    for (auto& mount : zitadel_.mounts())
        all.push_back(std::move(mount));
    return all;
}

http::Response World::ask(http::Request request) {
    const std::string path = request.path; // the match points into it
    const server::Match match = router_.find(request.method, path);
    if (!match.mount)
        throw std::invalid_argument(path + " belongs to no dialect");
    if (!match.route)
        return match.allow.empty() ? match.mount->not_found(request)
                                   : match.mount->method_not_allowed(request, match.allow);
    if (!server::take_path_parameters(match, request))
        throw std::invalid_argument(path + " is not percent-encoded");
    auto response = loop_.wait_for(match.route->handler(std::move(request)));
    while (store.messages_on_their_way > 0)
        turn();
    return response;
}

Secret<std::string> World::issue_token(flows::NewToken token) {
    auto issued = loop_.wait_for(access_.issue_token(std::move(token)));
    issued_.push_back({issued->id, issued->secret});
    return issued->secret;
}

Secret<std::string> World::open_session(core::UserId user, bool administrator, Seconds life) {
    return loop_.wait_for(access_.open_session(std::move(user), administrator, life))->secret;
}

void World::revoke_token(const Secret<std::string>& token) {
    for (const auto& issued : issued_)
        if (issued.secret.equals(token.reveal()))
            loop_.wait_for(access_.revoke(ports::CredentialKind::api_token, issued.id)).value();
}

core::VerificationId World::newest_verification(const std::string& number) {
    const auto parsed = core::PhoneNumber::parse(number);
    if (!parsed)
        throw std::invalid_argument("expected a number in E.164 form, not " + number);
    const auto ids = loop_.wait_for(storage_.store().verifications_of(*parsed, 1));
    if (!ids || ids->empty())
        throw std::invalid_argument("there is no verification of " + number);
    return ids->front();
}

void World::advance(Seconds by) {
    clock.advance(by);
    alarm_.clock_moved();
    turn();
}

} // namespace dialproof::contracts
