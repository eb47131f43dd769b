// The body of a request while it comes in over HTTP/2. The connection fills it, a handler on the same loop
// reads it, and either may be gone first.
#pragma once

#include "base/task.h"
#include "wire/http.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace dialproof::net {

class IncomingBody final : public http::BodyStream {
public:
    // `taken` hears how many bytes the handler took: so many more may come. Never more than that wait here.
    explicit IncomingBody(std::function<void(std::size_t)> taken) : taken_(std::move(taken)) {}

    Task<std::optional<std::string>> next() override {
        if (bytes_.empty() && !ended_) {
            auto coming = suspend_until<bool>([this](Completer<bool> more) { waiting_.emplace(more); });
            co_await coming;
        }
        if (bytes_.empty())
            co_return std::nullopt;
        auto piece = std::exchange(bytes_, {});
        if (taken_)
            taken_(piece.size());
        co_return std::move(piece);
    }

    void add(std::string bytes) {
        if (ended_)
            return;
        bytes_ += bytes;
        wake();
    }
    // What has come may still be read.
    void end() {
        ended_ = true;
        wake();
    }
    // The rest will not come, and what has come is of no use; nobody is told what is taken from now on.
    void cut() {
        bytes_.clear();
        taken_ = nullptr;
        end();
    }

private:
    void wake() {
        if (const auto waiting = std::exchange(waiting_, {}))
            (*waiting)(true);
    }

    std::function<void(std::size_t)> taken_;
    std::string bytes_;
    bool ended_ = false;
    std::optional<Completer<bool>> waiting_;
};

} // namespace dialproof::net
