// The messages of a client, for tests: these, and then the end.
#pragma once

#include "rpc/service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::rpc {

class TestMessages final : public Messages {
public:
    explicit TestMessages(std::vector<std::string> messages) : messages_(std::move(messages)) {}

    Task<Result<std::optional<std::string>, Error>> next() override {
        if (told_ == messages_.size())
            co_return std::nullopt;
        co_return std::optional(messages_[told_++]);
    }

private:
    const std::vector<std::string> messages_;
    std::size_t told_ = 0;
};

} // namespace dialproof::rpc
