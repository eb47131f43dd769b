// The native admin API, as far as an operator needs it here.
#pragma once

#include "client.h"

namespace dialproof::simulation {

class OperatorClient {
public:
    explicit OperatorClient(Network& network) : network_(network) {}

    // Reply::text: a token of that user's own.
    Task<Reply> make_token(std::string user);
    // Reply::text: the id of a session of that user.
    Task<Reply> open_session(std::string user);
    Task<Reply> clear_line(std::string number);

private:
    static Reply read(const http::Response& response);
    Task<Reply> ask(Intent intent, std::string method, std::string path, std::string body);

    Network& network_;
};

} // namespace dialproof::simulation
