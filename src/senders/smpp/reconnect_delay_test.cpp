#include "senders/smpp/reconnect_delay.h"

#include "ports/test_fakes.h"

#include <gtest/gtest.h>

#include <set>

namespace dialproof::senders {
namespace {

TEST(ReconnectDelay, DoublesFromOneSecondToSixtyWithinAFifth) {
    ports::CountingRandom random;
    ReconnectDelay delay;
    for (const int seconds : {1, 2, 4, 8, 16, 32, 60, 60}) {
        const auto next = delay.next(random);
        EXPECT_GE(next, Milliseconds(800 * seconds));
        EXPECT_LE(next, Milliseconds(1200 * seconds));
    }
    delay.reset();
    EXPECT_LE(delay.next(random), Milliseconds(1200));
}

TEST(ReconnectDelay, IsNotTheSameForAll) {
    ports::CountingRandom random;
    std::set<Milliseconds> delays;
    for (int link = 0; link < 20; ++link)
        delays.insert(ReconnectDelay().next(random));
    EXPECT_GT(delays.size(), 10U);
}

} // namespace
} // namespace dialproof::senders
