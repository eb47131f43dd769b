// One person's side of one dialect: how its requests are written and its answers read. A dialect is one
// class.
#pragma once

#include "context.h"
#include "network.h"

#include <memory>
#include <string>

namespace dialproof::simulation {

class Client {
public:
    virtual ~Client() = default;

    // Makes the account, where the dialect has accounts.
    virtual Task<Reply> join();
    // A code is sent to that number, which is the one to be proven from now on.
    virtual Task<Reply> start(std::string number) = 0;
    // One more code for it.
    virtual Task<Reply> resend() = 0;
    virtual Task<Reply> check(std::string guess) = 0;
    // What the server holds of the account: Reply::text and Reply::verified. Only where it has accounts.
    virtual Task<Reply> look();
    virtual Task<Reply> remove();
    // The account is no more.
    virtual Task<Reply> leave();
    [[nodiscard]] virtual bool has_account() const { return false; }
    // What a replayer needs in order to send the same guess again.
    [[nodiscard]] virtual std::unique_ptr<Client> copy() const = 0;

protected:
    explicit Client(Network& network) : network_(network) {}

    Network& network_;
};

// Seconds of a Retry-After header.
Seconds retry_after(const http::Response& response);
http::Request json_request(std::string method, std::string path, std::string body,
                           const std::string& address);
// A text member of a JSON body, found by its name alone.
std::string text_member(std::string_view body, std::string_view name);

} // namespace dialproof::simulation
