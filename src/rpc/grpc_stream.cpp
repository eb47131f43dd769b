#include "rpc/grpc_stream.h"

#include "rpc/transport.h"
#include "wire/grpc_frame.h"

#include <optional>
#include <utility>

namespace dialproof::rpc {

namespace {

class Incoming final : public Messages {
public:
    Incoming(std::shared_ptr<http::BodyStream> body, std::string coding) :
        body_(std::move(body)), coding_(std::move(coding)) {}

    Task<Result<std::optional<std::string>, Error>> next() override {
        while (true) {
            if (const auto frame = decoder_.next()) {
                auto message = message_of(*frame, coding_);
                if (!message)
                    co_return fail(message.error());
                co_return std::optional(std::move(*message));
            }
            auto coming = body_->next();
            const auto piece = co_await coming;
            if (piece)
                decoder_.feed(*piece);
            else if (decoder_.within_frame())
                co_return fail(cut_off());
            else
                co_return std::nullopt;
        }
    }

private:
    std::shared_ptr<http::BodyStream> body_;
    const std::string coding_;
    wire::GrpcFrameDecoder decoder_{message_bytes_max};
};

class Outgoing final : public http::ResponseStream {
public:
    explicit Outgoing(std::shared_ptr<Messages> messages) : messages_(std::move(messages)) {}

    Task<std::optional<std::string>> next() override {
        auto coming = messages_->next();
        const auto message = co_await coming;
        if (!message)
            error_ = message.error();
        if (!message || !*message)
            co_return std::nullopt;
        co_return wire::grpc_frame(**message);
    }
    [[nodiscard]] http::Headers trailers() const override { return grpc_trailers(error_); }
    void abandon() override { messages_->abandon(); }

private:
    std::shared_ptr<Messages> messages_;
    std::optional<Error> error_;
};

} // namespace

std::shared_ptr<Messages> grpc_messages(std::shared_ptr<http::BodyStream> body, std::string coding) {
    return std::make_shared<Incoming>(std::move(body), std::move(coding));
}

std::shared_ptr<http::ResponseStream> grpc_body(std::shared_ptr<Messages> messages) {
    return std::make_shared<Outgoing>(std::move(messages));
}

} // namespace dialproof::rpc
