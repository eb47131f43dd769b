// django_phone_verify: a number, and a token that stands for what was started.
#pragma once

#include "client.h"

namespace dialproof::simulation {

class DjangoClient final : public Client {
public:
    DjangoClient(Network& network, std::string address) : Client(network), address_(std::move(address)) {}

    Task<Reply> start(std::string number) override;
    Task<Reply> resend() override { return start(number_); }
    Task<Reply> check(std::string guess) override;
    [[nodiscard]] std::unique_ptr<Client> copy() const override {
        return std::make_unique<DjangoClient>(*this);
    }
    // Another number beside the same token, as a liar would send it.
    void claim(std::string number) { number_ = std::move(number); }

private:
    static Reply read(const http::Response& response);

    std::string address_, number_, token_ = "none yet";
};

} // namespace dialproof::simulation
