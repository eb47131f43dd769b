#include "base/run_loop.h"
#include "base/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

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

// Keeps its roots, as an executor does that lets a whole server die.
class KeepingExecutor final : public Executor {
public:
    void post(std::coroutine_handle<> work) override { ready.push_back(work); }
    void root_began(std::coroutine_handle<> root) override { roots.insert(root.address()); }
    void root_ended(std::coroutine_handle<> root) override { roots.erase(root.address()); }

    void run() {
        for (const auto work : std::exchange(ready, {}))
            work.resume();
    }

    std::vector<std::coroutine_handle<>> ready;
    std::set<void*> roots;
};

Task<int> waiting_for_ever(std::shared_ptr<int> value) {
    auto wait = suspend_until<int>([](const Completer<int>&) {});
    const int answer = co_await wait;
    co_return answer + *value;
}

Task<int> of_two_frames(std::shared_ptr<int> value) {
    const auto copy = value;
    const int below = co_await waiting_for_ever(value);
    co_return below + *copy;
}

TEST(Spawn, TellsItsExecutorOfTheBeginningAndTheEnd) {
    KeepingExecutor executor;
    spawn(executor, seven(), [&](int) { EXPECT_EQ(executor.roots.size(), 1U); });
    EXPECT_EQ(executor.roots.size(), 1U);
    executor.run();
    EXPECT_TRUE(executor.roots.empty());
}

TEST(Spawn, ARootThatIsDestroyedFreesTheWholeChain) {
    KeepingExecutor executor;
    const auto value = std::make_shared<int>(1);
    spawn(executor, of_two_frames(value), [value](int) { FAIL(); });
    executor.run();
    EXPECT_GT(value.use_count(), 4) << "both frames hold it";
    std::coroutine_handle<>::from_address(*executor.roots.begin()).destroy();
    EXPECT_EQ(value.use_count(), 1);
    EXPECT_TRUE(executor.roots.empty());
}

TEST(Spawn, ARootThatNeverRanIsDestroyedToo) {
    KeepingExecutor executor;
    const auto value = std::make_shared<int>(1);
    spawn(executor, held(value), [](int) { FAIL(); });
    std::coroutine_handle<>::from_address(*executor.roots.begin()).destroy();
    EXPECT_EQ(value.use_count(), 1);
}

TEST(Spawn, CanBeginAtOnceAndEndBeforeItReturns) {
    KeepingExecutor executor;
    int value = 0;
    spawn_at_once(executor, seven(), [&](int seven) { value = seven; });
    EXPECT_EQ(value, 7);
    EXPECT_TRUE(executor.roots.empty());
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
