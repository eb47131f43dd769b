// Length-prefixed messages, as gRPC, gRPC-Web and Connect's streams have them: a byte of flags, the length in
// four bytes, the message (gRPC over HTTP/2, "Length-Prefixed-Message"; PROTOCOL-WEB for the flag of
// trailers).
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::wire {

inline constexpr std::size_t grpc_prefix_bytes = 5;
inline constexpr std::uint8_t grpc_flag_compressed = 0x01;
inline constexpr std::uint8_t grpc_flag_trailers = 0x80; // gRPC-Web alone: the message is trailers as text

struct GrpcFrame {
    std::uint8_t flags = 0;
    std::string message;

    [[nodiscard]] bool compressed() const { return (flags & grpc_flag_compressed) != 0; }
    friend bool operator==(const GrpcFrame&, const GrpcFrame&) = default;
};

// The message is less than 4 GiB.
std::string grpc_frame(std::string_view message, std::uint8_t flags = 0);

enum class GrpcFrameFault { unknown_flags, too_large };

class GrpcFrameDecoder {
public:
    // `message_bytes` is the most that one message may have.
    explicit GrpcFrameDecoder(std::size_t message_bytes) : message_bytes_(message_bytes) {}

    void feed(std::string_view bytes) { buffer_ += bytes; }
    // The next frame, or why there will be none. Empty: feed me more bytes.
    std::optional<Result<GrpcFrame, GrpcFrameFault>> next();
    // Whether a frame has begun that has not ended.
    [[nodiscard]] bool within_frame() const { return !buffer_.empty(); }

private:
    std::size_t message_bytes_;
    std::string buffer_;
};

} // namespace dialproof::wire
