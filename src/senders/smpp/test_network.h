// A network in memory, with a message centre that the test speaks for at its other end.
#pragma once

#include "ports/byte_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::senders {

using Bytes = Result<std::string, std::string>;

// One connection, as the centre sees it.
class TestConnection {
public:
    void say(const std::string& bytes) {
        to_client_ += bytes;
        hand_over();
    }
    void hang_up() {
        ended_ = true;
        hand_over();
    }
    // What the client wrote since the last call.
    std::string heard() { return std::exchange(from_client_, {}); }
    [[nodiscard]] bool closed() const { return closed_; }
    // From now on writes wait; they fail when the connection ends.
    void take_no_more() { takes_ = false; }

    void read(Completer<Bytes> done) {
        reader_ = done;
        hand_over();
    }
    void write(std::string bytes, Completer<Bytes> done) {
        if (closed_ || ended_)
            return done(fail(std::string("broken")));
        if (!takes_) {
            writer_ = done;
            return;
        }
        from_client_ += bytes;
        done(std::string());
    }
    void close() {
        closed_ = true;
        hand_over();
    }

private:
    void hand_over() {
        if (writer_ && (closed_ || ended_))
            (*std::exchange(writer_, {}))(fail(std::string("broken")));
        if (!reader_ || (to_client_.empty() && !ended_ && !closed_))
            return;
        const auto done = *std::exchange(reader_, {});
        if (closed_)
            done(fail(std::string("closed")));
        else
            done(std::exchange(to_client_, {}));
    }

    std::string to_client_, from_client_;
    std::optional<Completer<Bytes>> reader_, writer_;
    bool ended_ = false, closed_ = false, takes_ = true;
};

class TestStream final : public ports::ByteStream {
public:
    explicit TestStream(std::shared_ptr<TestConnection> connection) : connection_(std::move(connection)) {}
    ~TestStream() override { connection_->close(); }

    Task<Bytes> read(std::size_t) override {
        auto wait = suspend_until<Bytes>([this](Completer<Bytes> done) { connection_->read(done); });
        auto bytes = co_await wait;
        co_return bytes;
    }
    Task<Result<void, std::string>> write(std::string bytes) override {
        auto wait = suspend_until<Bytes>(
            [this, &bytes](Completer<Bytes> done) { connection_->write(std::move(bytes), done); });
        const auto written = co_await wait;
        Result<void, std::string> result;
        if (!written)
            result = fail(written.error());
        co_return result;
    }
    void close() override { connection_->close(); }

private:
    std::shared_ptr<TestConnection> connection_;
};

class TestDialer final : public ports::Dialer {
public:
    Task<Result<std::unique_ptr<ports::ByteStream>, std::string>> dial(ports::Endpoint) override {
        ++dials;
        Result<std::unique_ptr<ports::ByteStream>, std::string> result;
        if (refuses) {
            result = fail(std::string("connection refused"));
        } else {
            connections.push_back(std::make_shared<TestConnection>());
            result = std::make_unique<TestStream>(connections.back());
        }
        co_return result;
    }

    bool refuses = false;
    unsigned dials = 0;
    std::vector<std::shared_ptr<TestConnection>> connections;
};

} // namespace dialproof::senders
