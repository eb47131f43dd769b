// techno_sso: a user adds numbers under a JWT; the number counts when it is proven. The account itself is
// kept through zitadel, by an administrator.
#pragma once

#include "client.h"
#include "zitadel_client.h"

namespace dialproof::simulation {

class TechnoClient final : public Client {
public:
    // `user` is 24 hexadecimal digits.
    TechnoClient(Network& network, std::string user, std::string address) :
        Client(network), user_(user), address_(address),
        account_(network, user, ZitadelClient::Token::administrators, address) {}

    Task<Reply> join() override { return account_.join(); }
    Task<Reply> start(std::string number) override;
    Task<Reply> resend() override;
    Task<Reply> check(std::string guess) override;
    Task<Reply> look() override { return account_.look(); }
    Task<Reply> remove() override { return account_.remove(); }
    Task<Reply> leave() override { return account_.leave(); }
    [[nodiscard]] bool has_account() const override { return true; }
    [[nodiscard]] std::unique_ptr<Client> copy() const override {
        return std::make_unique<TechnoClient>(*this);
    }

private:
    static Reply read(const http::Response& response);
    Task<Reply> ask(Intent intent, std::string path, std::string body);

    std::string user_, address_, number_;
    ZitadelClient account_;
};

} // namespace dialproof::simulation
