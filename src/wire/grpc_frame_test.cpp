#include "wire/grpc_frame.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace dialproof::wire {
namespace {

std::vector<GrpcFrame> frames_of(GrpcFrameDecoder& decoder) {
    std::vector<GrpcFrame> frames;
    while (auto next = decoder.next())
        frames.push_back(next->value());
    return frames;
}

TEST(GrpcFrame, IsFlagsLengthAndMessage) {
    EXPECT_EQ(grpc_frame("abc"), std::string("\0\0\0\0\3abc", 8));
    EXPECT_EQ(grpc_frame("", grpc_flag_trailers), std::string("\x80\0\0\0\0", 5));
    EXPECT_EQ(grpc_frame(std::string(258, 'x')).substr(0, 5), std::string("\0\0\0\1\2", 5));
}

RC_GTEST_PROP(GrpcFrame, IsReadBackWhereverItsBytesAreCut, (std::vector<std::string> messages)) {
    std::string bytes;
    std::vector<GrpcFrame> sent;
    for (const auto& message : messages) {
        const auto flags = *rc::gen::element<std::uint8_t>(0, grpc_flag_compressed, grpc_flag_trailers);
        sent.push_back({flags, message});
        bytes += grpc_frame(message, flags);
    }
    GrpcFrameDecoder decoder(1 << 20);
    std::vector<GrpcFrame> got;
    for (const char byte : bytes) {
        decoder.feed(std::string_view(&byte, 1));
        for (auto& frame : frames_of(decoder))
            got.push_back(std::move(frame));
    }
    RC_ASSERT(got == sent);
    RC_ASSERT(!decoder.within_frame());
}

TEST(GrpcFrame, ThatIsTooLargeIsRefusedByItsPrefix) {
    GrpcFrameDecoder decoder(10);
    decoder.feed(std::string("\0\0\0\0\x0B", 5));
    EXPECT_EQ(decoder.next()->error(), GrpcFrameFault::too_large);
}

TEST(GrpcFrame, WithFlagsThatNobodyKnowsIsRefusedAtOnce) {
    GrpcFrameDecoder decoder(10);
    decoder.feed("\x02");
    EXPECT_EQ(decoder.next()->error(), GrpcFrameFault::unknown_flags);
}

TEST(GrpcFrame, ThatIsCutIsNoticed) {
    GrpcFrameDecoder decoder(10);
    decoder.feed(grpc_frame("abc").substr(0, 7));
    EXPECT_FALSE(decoder.next());
    EXPECT_TRUE(decoder.within_frame());
}

} // namespace
} // namespace dialproof::wire
