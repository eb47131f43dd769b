// pip_sms_settings: a user's settings under a session, and verify and resend for anybody who names the user.
#pragma once

#include "client.h"

namespace dialproof::simulation {

class PipClient final : public Client {
public:
    PipClient(Network& network, std::string user, std::string address) :
        Client(network), user_(std::move(user)), address_(std::move(address)) {}

    // Opens a session.
    Task<Reply> join() override;
    Task<Reply> start(std::string number) override;
    Task<Reply> resend() override;
    Task<Reply> check(std::string guess) override;
    Task<Reply> look() override;
    // A command of the microservice, with the administrator's token.
    Task<Reply> remove() override;
    [[nodiscard]] bool has_account() const override { return true; }
    [[nodiscard]] std::unique_ptr<Client> copy() const override { return std::make_unique<PipClient>(*this); }

private:
    static Reply read(const http::Response& response);
    Task<Reply> ask(Intent intent, std::string method, std::string path, std::string body);

    std::string user_, address_, session_;
};

} // namespace dialproof::simulation
