// zitadel: users by their id, and a bearer token that may or may not be the user's own.
#pragma once

#include "client.h"

namespace dialproof::simulation {

class ZitadelClient final : public Client {
public:
    // Whose token it has: the user's own, which `join` asks an administrator for, or the administrator's.
    enum class Token { own, administrators };

    ZitadelClient(Network& network, std::string user, Token token, std::string address) :
        Client(network), user_(std::move(user)), whose_(token), address_(std::move(address)) {}

    // The same caller, about another user.
    [[nodiscard]] ZitadelClient towards(std::string user) const {
        ZitadelClient client(*this);
        client.user_ = std::move(user);
        return client;
    }

    [[nodiscard]] const std::string& user() const { return user_; }

    // How numbers of this user are proven.
    enum class Trust { message, returned_code, given };
    void trust(Trust trust) { trust_ = trust; }
    // Sets the phone as a part of the whole user.
    void change_by_update() { by_update_ = true; }
    // Another organisation than the first.
    void belong_to(std::string organisation) { organisation_ = std::move(organisation); }

    Task<Reply> join() override;
    Task<Reply> start(std::string number) override;
    Task<Reply> resend() override;
    Task<Reply> check(std::string guess) override;
    Task<Reply> look() override;
    Task<Reply> remove() override;
    Task<Reply> leave() override;
    [[nodiscard]] bool has_account() const override { return true; }
    [[nodiscard]] std::unique_ptr<Client> copy() const override {
        return std::make_unique<ZitadelClient>(*this);
    }

private:
    static Reply read(const http::Response& response);
    Task<Reply> ask(Intent intent, std::string method, std::string path, std::string body, std::string token);

    std::string user_;
    Token whose_;
    std::string address_, token_ = administrator_token;
    std::string organisation_;
    Trust trust_ = Trust::message;
    bool by_update_ = false;
};

} // namespace dialproof::simulation
