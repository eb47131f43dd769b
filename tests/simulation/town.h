// What everybody who plays has in common.
#pragma once

#include "carriers.h"
#include "client.h"
#include "model.h"
#include "network.h"
#include "scheduler.h"
#include "weather.h"

#include <memory>
#include <string>
#include <vector>

namespace dialproof::simulation {

struct Town {
    Scheduler& scheduler;
    Draws& draws;
    const Weather& weather;
    Network& network;
    Handsets& handsets;
    Model& model;
    SimulatedKeys& keys;
    ports::Store& store;
    unsigned code_length;
    std::vector<std::string> numbers;

    // Guesses that were right once, for those who try everything again.
    struct Used {
        std::shared_ptr<Client> client;
        std::string code;
    };
    std::vector<Used> used;
    std::vector<std::string> users; // of zitadel, by their ids
    bool over = false;              // for those who mean harm

    std::string any_address() {
        return draws.chance(300) ? "2001:db8:" + std::to_string(draws.below(50)) + "::1"
                                 : "198.51.100." + std::to_string(draws.below(250));
    }
};

} // namespace dialproof::simulation
