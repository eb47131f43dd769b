#include "server.h"

#include <stdexcept>

namespace dialproof::simulation {

void WatchedLog::write(ports::LogLevel, std::string_view event,
                       std::initializer_list<ports::LogField> fields) {
    std::string line(event);
    for (const auto& field : fields) {
        line.append(1, ' ').append(field.name).append(1, '=');
        std::visit(
            [&line](const auto& value) {
                if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string_view>)
                    line.append(value);
                else
                    line.append(std::to_string(value));
            },
            field.value);
    }
    line += ' ';
    model_.logged(event, line);
}

namespace {

delivery::RouteTable route_of(const std::vector<ports::Sender*>& carriers) {
    delivery::RouteTable table;
    table.otherwise.name = "default";
    for (const auto* carrier : carriers)
        table.otherwise.providers.emplace_back(carrier->name());
    return table;
}

} // namespace

Server::Server(unsigned life, Surroundings s) :
    life_(life), outbox_(s.scheduler), parked_(s.scheduler),
    log_(s.model), world_{s.store, s.keys, s.scheduler, s.random, meter_, dispatcher_, s.rules},
    proofs_(world_), users_(world_), access_(world_, Secret<std::string>(administrator_token)),
    lines_(world_), carrier_router_(providers_, route_of(s.carriers)),
    dispatcher_(
        {s.store, s.keys, s.scheduler, outbox_, meter_, log_, s.rules, s.plan, providers_, carrier_router_},
        s.limits),
    receipts_({s.store, s.scheduler, parked_, meter_, log_, providers_}, [this] { dispatcher_.look(); }),
    timelines_(world_), admin_({access_, lines_, timelines_, providers_, s.scheduler, s.rules, log_}),
    router_(mounts(s)) {
    for (auto* carrier : s.carriers)
        providers_.add(*carrier);
    s.scheduler.start(s.scheduler.new_context("outbox", life), dispatcher_.run(s.scheduler),
                      [this] { --running_; });
    s.scheduler.start(s.scheduler.new_context("receipts", life), receipts_.run(), [this] { --running_; });
}

std::vector<http::Mount> Server::mounts(const Surroundings& s) {
    const core::ServiceName first("default");
    const dialects::DjangoPhoneVerify django(proofs_, flows::ProofToken(s.keys), s.plan, s.scheduler,
                                             {first, {}});
    const dialects::Zitadel zitadel(
        users_, access_, s.plan, s.scheduler, s.random,
        {{{"69629023906488334", first}, {second_organisation, core::ServiceName("acme")}}, {}});
    dialects::PipSmsSettingsConfig pip_config;
    pip_config.commands = true;
    const dialects::PipSmsSettings pip(users_, access_, s.plan, s.scheduler, pip_config);
    dialects::TechnoSsoConfig techno_config;
    techno_config.spam_penalty = s.spam_penalty;
    const dialects::TechnoSso techno(users_, s.plan, s.scheduler, SimulatedMac::shared(), techno_config);
    std::vector<http::Mount> all{django.mount(), pip.mount(), techno.mount(), admin_.mount()};
    for (auto& mount : zitadel.mounts())
        all.push_back(std::move(mount));
    return all;
}

Task<http::Response> Server::serve(http::Request request) {
    const std::string path = request.path; // the match points into it
    const server::Match match = router_.find(request.method, path);
    if (!match.route || !server::take_path_parameters(match, request))
        throw std::logic_error(request.method + " " + path + " has no route");
    auto response = co_await match.route->handler(std::move(request));
    co_return response;
}

} // namespace dialproof::simulation
