#include "wire/grpc_frame.h"

namespace dialproof::wire {

std::string grpc_frame(std::string_view message, std::uint8_t flags) {
    std::string frame;
    frame.reserve(grpc_prefix_bytes + message.size());
    frame += static_cast<char>(flags);
    for (int shift = 24; shift >= 0; shift -= 8)
        frame += static_cast<char>((message.size() >> shift) & 0xFFU);
    return frame += message;
}

std::optional<Result<GrpcFrame, GrpcFrameFault>> GrpcFrameDecoder::next() {
    if (buffer_.empty())
        return {};
    const auto flags = static_cast<std::uint8_t>(buffer_.front());
    if ((flags & ~(grpc_flag_compressed | grpc_flag_trailers)) != 0)
        return fail(GrpcFrameFault::unknown_flags);
    if (buffer_.size() < grpc_prefix_bytes)
        return {};
    std::size_t length = 0;
    for (std::size_t i = 1; i < grpc_prefix_bytes; ++i)
        length = length << 8U | static_cast<unsigned char>(buffer_[i]);
    if (length > message_bytes_)
        return fail(GrpcFrameFault::too_large);
    if (buffer_.size() - grpc_prefix_bytes < length)
        return {};
    GrpcFrame frame{flags, buffer_.substr(grpc_prefix_bytes, length)};
    buffer_.erase(0, grpc_prefix_bytes + length);
    return frame;
}

} // namespace dialproof::wire
