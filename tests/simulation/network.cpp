#include "network.h"

#include "dialects/techno_sso/tokens.h"

namespace dialproof::simulation {

Task<Reply> Network::ask(Intent intent, http::Request request, Read read) {
    Reply lost;
    lost.outcome = Outcome::lost;
    auto travel = scheduler_.sleep(
        draws_.chance(weather_.slow) ? draws_.time(Milliseconds(1), Milliseconds(5000)) : Milliseconds(0),
        "asks");
    co_await travel;
    if (servers_.empty() || draws_.chance(weather_.requests_lost))
        co_return lost;
    Server& server = *draws_.one_of(servers_);
    auto& exchange = exchanges_.emplace_back();
    scheduler_.adopt(exchange.context, to_text(intent.act), server.life());
    exchange.context.exchange = &exchange;
    exchange.intent = std::move(intent);
    auto wait = suspend_until<Reply>([&](Completer<Reply> done) {
        hand_over(exchange, server, std::move(request), read,
                  Waiting{done, &scheduler_.current(), server.life()});
    });
    Reply reply = co_await wait;
    if (draws_.chance(weather_.requests_lost))
        co_return lost;
    co_return reply;
}

std::string Network::jwt_of(const std::string& user) const {
    return dialects::sso::Tokens(SimulatedMac::shared(), scheduler_, {}).access(core::UserId(user));
}

void Network::hand_over(Exchange& exchange, Server& server, http::Request request, Read read,
                        const Waiting& waiting) {
    model_.trace().note({"request", request.method, request.path, request.body});
    const unsigned id = exchange.context.id;
    waiting_.emplace(id, waiting);
    scheduler_.start(exchange.context, server.serve(std::move(request)),
                     [this, &exchange, read, id](const http::Response& response) {
                         const Reply reply = read(response);
                         model_.answered(exchange, reply, response.body);
                         answer(id, reply);
                     });
}

void Network::answer(unsigned exchange, const Reply& reply) {
    const auto found = waiting_.find(exchange);
    const Waiting waiting = found->second;
    waiting_.erase(found);
    scheduler_.as(*waiting.client, [&] { waiting.done(reply); });
}

void Network::disconnect(unsigned life) {
    std::erase_if(servers_, [life](const Server* server) { return server->life() == life; });
}

void Network::cut(unsigned life) {
    disconnect(life);
    std::vector<unsigned> cut_off;
    for (const auto& [exchange, waiting] : waiting_)
        if (waiting.life == life)
            cut_off.push_back(exchange);
    Reply lost;
    lost.outcome = Outcome::lost;
    for (const unsigned exchange : cut_off)
        answer(exchange, lost);
}

} // namespace dialproof::simulation
