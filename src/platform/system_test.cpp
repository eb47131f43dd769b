#include "platform/system_clock.h"
#include "platform/system_random.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <set>

namespace dialproof::platform {
namespace {

TEST(SystemClock, TellsTheTimeOfTheMachine) {
    const SystemClock clock;
    const auto before = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    const Instant now = clock.now();
    EXPECT_LE(before, now);
    EXPECT_LE(now, std::chrono::system_clock::now());
}

TEST(SystemRandom, FillsEveryByteAnewEachTime) {
    SystemRandom random;
    std::set<std::array<unsigned char, 16>> seen;
    std::array<unsigned char, 16> any{}; // which bits were ever set
    for (int i = 0; i < 200; ++i) {
        std::array<unsigned char, 16> bytes{};
        random.fill(bytes);
        seen.insert(bytes);
        for (std::size_t b = 0; b < bytes.size(); ++b)
            any[b] = static_cast<unsigned char>(any[b] | bytes[b]);
    }
    EXPECT_EQ(seen.size(), 200U);
    for (const auto byte : any)
        EXPECT_EQ(byte, 0xFF); // fails once in 2^193
    random.fill({});
    std::vector<unsigned char> many(100'000);
    random.fill(many);
    EXPECT_NE(std::vector<unsigned char>(many.end() - 64, many.end()), std::vector<unsigned char>(64));
}

} // namespace
} // namespace dialproof::platform
