// pip_sms_settings: a user's settings under a session, and verify and resend for anybody who names the user.
#pragma once

#include "base/json_writer.h"
#include "client.h"
#include "zitadel_client.h"

namespace dialproof::simulation {

class PipClient final : public Client {
public:
    // How resend and verify say who is meant.
    enum class By { user_id, login, phone };

    PipClient(Network& network, std::string user, std::string address, By by) :
        Client(network), user_(user), address_(address), by_(by),
        account_(network, user, ZitadelClient::Token::administrators, address) {}

    // Opens a session.
    Task<Reply> join() override;
    Task<Reply> start(std::string number) override;
    Task<Reply> resend() override;
    Task<Reply> check(std::string guess) override;
    Task<Reply> look() override;
    // A command of the microservice, with the administrator's token.
    Task<Reply> remove() override;
    Task<Reply> leave() override { return account_.leave(); }
    [[nodiscard]] bool has_account() const override { return true; }
    [[nodiscard]] std::unique_ptr<Client> copy() const override { return std::make_unique<PipClient>(*this); }

private:
    static Reply read(const http::Response& response);
    Task<Reply> ask(Intent intent, std::string method, std::string path, std::string body);

    // The first member of a body; the user it names is the intent's, where it names one.
    JsonWriter who(Intent& intent) const;

    std::string user_, address_, number_, session_;
    By by_;
    ZitadelClient account_;
};

} // namespace dialproof::simulation
