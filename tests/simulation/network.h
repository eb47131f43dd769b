// Between clients and the server: requests and answers wait for their turn, some are lost, and all that are
// under way are when the server dies.
#pragma once

#include "model.h"
#include "scheduler.h"
#include "server.h"
#include "weather.h"
#include "wire/http.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace dialproof::simulation {

class Network {
public:
    // Puts an answer into the words that all dialects share.
    using Read = Reply (*)(const http::Response& response);

    Network(Scheduler& scheduler, Draws& draws, const Weather& weather, Model& model) :
        scheduler_(scheduler), draws_(draws), weather_(weather), model_(model) {}

    Task<Reply> ask(Intent intent, http::Request request, Read read);
    // As the program that signs users in would issue it.
    [[nodiscard]] std::string jwt_of(const std::string& user) const;

    // Requests go to any of the servers that are connected.
    void connect(Server& server) { servers_.push_back(&server); }
    void disconnect(unsigned life);
    // That server is gone: who still waits for it hears nothing.
    void cut(unsigned life);
    [[nodiscard]] std::size_t requests() const { return exchanges_.size(); }

private:
    struct Waiting {
        Completer<Reply> done;
        Context* client;
        unsigned life;
    };
    void hand_over(Exchange& exchange, Server& server, http::Request request, Read read,
                   const Waiting& waiting);
    void answer(unsigned exchange, const Reply& reply);

    Scheduler& scheduler_;
    Draws& draws_;
    const Weather& weather_;
    Model& model_;
    std::vector<Server*> servers_;
    std::deque<Exchange> exchanges_;
    std::map<unsigned, Waiting> waiting_; // by the context of the exchange
};

} // namespace dialproof::simulation
