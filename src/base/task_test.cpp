#include "base/run_loop.h"
#include "base/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <thread>

namespace dialproof {
namespace {

Task<int> seven() { co_return 7; }

Task<int> sum_of(int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i)
        sum += co_await seven();
    co_return sum;
}

TEST(Task, GivesItsValueToWhoAwaitsIt) {
    RunLoop loop;
    EXPECT_EQ(loop.wait_for(sum_of(3)), 21);
}

// GCC transfers from one coroutine to the next without growing the stack only where it optimises, so an
// unoptimised build bounds this number.
TEST(Task, ThousandsOfAwaitsInARowFitTheStack) {
    RunLoop loop;
    EXPECT_EQ(loop.wait_for(sum_of(5000)), 35'000);
}

Task<void> set(bool& flag) {
    flag = true;
    co_return;
}

TEST(Task, DoesNothingUntilItIsAwaited) {
    bool ran = false;
    { const auto task = set(ran); }
    EXPECT_FALSE(ran);
    RunLoop loop;
    loop.wait_for(set(ran));
    EXPECT_TRUE(ran);
}

Task<std::unique_ptr<int>> boxed() { co_return std::make_unique<int>(5); }

TEST(Task, MayGiveWhatCanOnlyMove) {
    RunLoop loop;
    EXPECT_EQ(*loop.wait_for(boxed()), 5);
}

Task<int> broken() {
    throw std::runtime_error("broken");
    co_return 0;
}

Task<std::string> message_of_failure() {
    try {
        co_await broken();
    } catch (const std::runtime_error& error) {
        co_return error.what();
    }
    co_return "none";
}

TEST(Task, AnExceptionReachesWhoAwaitsIt) {
    RunLoop loop;
    EXPECT_EQ(loop.wait_for(message_of_failure()), "broken");
}

Task<int> held(std::shared_ptr<int> value) { co_return *value; }

TEST(Task, OneThatIsNeverRunFreesWhatItHolds) {
    const auto value = std::make_shared<int>(1);
    {
        const auto task = held(value);
        EXPECT_EQ(value.use_count(), 2);
    }
    EXPECT_EQ(value.use_count(), 1);
}

Task<int> answered_at_once() {
    auto wait = suspend_until<int>([](Completer<int> done) { done(3); });
    const int value = co_await wait;
    co_return value;
}

TEST(SuspendUntil, TakesAnAnswerThatComesAtOnce) {
    RunLoop loop;
    EXPECT_EQ(loop.wait_for(answered_at_once()), 3);
}

Task<std::thread::id> thread_after_answer_of(std::thread& other) {
    auto wait =
        suspend_until<int>([&other](Completer<int> done) { other = std::thread([done] { done(1); }); });
    co_await wait;
    co_return std::this_thread::get_id();
}

TEST(SuspendUntil, GoesOnOnItsExecutorWhoeverAnswers) {
    RunLoop loop;
    std::thread other;
    const auto thread = loop.wait_for(thread_after_answer_of(other));
    other.join();
    EXPECT_EQ(thread, std::this_thread::get_id());
}

Task<int> of_depth(int depth) {
    if (depth == 0) {
        auto wait = suspend_until<int>([](Completer<int> done) { done(0); });
        const int bottom = co_await wait;
        co_return bottom;
    }
    const int below = co_await of_depth(depth - 1);
    co_return below + 1;
}

TEST(Task, HandsItsExecutorToTheTasksBelow) {
    RunLoop loop;
    EXPECT_EQ(loop.wait_for(of_depth(100)), 100);
}

TEST(RunLoop, RunsSpawnedTasksInTheOrderTheyCame) {
    RunLoop loop;
    std::vector<int> order;
    spawn(loop, seven(), [&](int) { order.push_back(1); });
    spawn(loop, seven(), [&](int) { order.push_back(2); });
    EXPECT_TRUE(order.empty()) << "spawning runs nothing itself";
    loop.run_until_idle();
    EXPECT_EQ(order, (std::vector{1, 2}));
}

} // namespace
} // namespace dialproof
