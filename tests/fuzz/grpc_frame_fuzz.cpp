#include "wire/grpc_frame.h"

#include "tests/fuzz/fuzz_target.h"

#include <vector>

using namespace dialproof;
using namespace dialproof::wire;

namespace {

constexpr std::size_t message_bytes_max = 1024;

struct Read {
    std::vector<GrpcFrame> frames;
    bool refused = false;
    bool operator==(const Read&) const = default;
};

Read read(std::string_view bytes, std::size_t step) {
    GrpcFrameDecoder decoder(message_bytes_max);
    Read all;
    for (std::size_t at = 0; at < bytes.size() && !all.refused; at += step) {
        decoder.feed(bytes.substr(at, step));
        while (auto next = decoder.next()) {
            if (!*next) {
                all.refused = true;
                break;
            }
            fuzz::require((*next)->message.size() <= message_bytes_max, "a message keeps its bound");
            all.frames.push_back(std::move(**next));
        }
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    const Read whole = read(bytes, bytes.size() + 1);
    fuzz::require(whole == read(bytes, 1), "frames are the same wherever their bytes are cut");
    std::string again;
    for (const auto& frame : whole.frames)
        again += grpc_frame(frame.message, frame.flags);
    fuzz::require(bytes.starts_with(again), "frames are written as they were read");
    return 0;
}
