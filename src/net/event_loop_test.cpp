#include "net/event_loop.h"

#include "base/run_loop.h"
#include "net/time_limit.h"

#include <atomic>
#include <csignal>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace dialproof::net {
namespace {

using Clock = std::chrono::steady_clock;
constexpr Milliseconds for_ever{1'000'000};

Task<std::thread::id> thread_after_sleep(EventLoop& loop) {
    Timer timer(loop);
    auto sleeping = timer.wait(Milliseconds(1));
    co_await sleeping;
    co_return std::this_thread::get_id();
}

TEST(EventLoop, brings_a_task_back_to_its_own_executor) {
    EventLoops loops(1);
    loops.start();
    RunLoop here;
    EXPECT_EQ(here.wait_for(thread_after_sleep(loops[0])), std::this_thread::get_id());

    std::promise<std::thread::id> there;
    spawn(loops[0], thread_after_sleep(loops[0]), [&](std::thread::id id) { there.set_value(id); });
    EXPECT_NE(there.get_future().get(), std::this_thread::get_id());
}

TEST(EventLoop, acts_on_a_signal_each_time) {
    EventLoops loops(1);
    std::promise<void> first, second;
    int times = 0;
    loops[0].on_signal(SIGUSR1, [&] { (++times == 1 ? first : second).set_value(); });
    loops.start();
    std::raise(SIGUSR1);
    first.get_future().wait();
    std::raise(SIGUSR1);
    second.get_future().wait();
}

TEST(EventLoops, stop_from_within) {
    EventLoops loops(2);
    loops.start();
    loops[1].call([&] { loops.stop(); });
    loops.join();
    EXPECT_EQ(loops.size(), 2U);
    EXPECT_EQ(loops[1].index(), 1U);
}

TEST(Timer, is_ended_by_a_cancel_from_any_thread) {
    EventLoops loops(1);
    loops.start();
    Timer timer(loops[0]);
    RunLoop here;
    const auto before = Clock::now();
    std::thread other([&] { timer.cancel(); });
    here.wait_for(timer.wait(for_ever)); // whether the cancel came before the wait or in it
    other.join();
    EXPECT_LT(Clock::now() - before, for_ever);
}

TEST(Timer, keeps_a_cancel_for_the_next_wait_and_only_for_that) {
    EventLoops loops(1);
    loops.start();
    Timer timer(loops[0]);
    RunLoop here;
    timer.cancel();
    timer.cancel();
    here.wait_for(timer.wait(for_ever));
    const auto before = Clock::now();
    here.wait_for(timer.wait(Milliseconds(20)));
    EXPECT_GE(Clock::now() - before, Milliseconds(20));
}

// Each cancel ends a wait or stays for the next: a waiter that looks again after each never misses one.
TEST(Timer, loses_no_cancel) {
    constexpr int rounds = 2000;
    EventLoops loops(1);
    loops.start();
    Timer timer(loops[0]);
    std::atomic<int> made{0}, seen{0};
    std::thread other([&] {
        for (int i = 0; i < rounds; ++i) {
            ++made;
            timer.cancel();
            while (seen < made)
                std::this_thread::yield();
        }
    });
    RunLoop here;
    while (seen < rounds) {
        here.wait_for(timer.wait(for_ever));
        seen = made.load();
    }
    other.join();
    EXPECT_EQ(seen, rounds);
}

Task<int> value_after(EventLoop& loop, Milliseconds time, int value) {
    Timer timer(loop);
    auto sleeping = timer.wait(time);
    co_await sleeping;
    co_return value;
}

TEST(FinishWithin, gives_the_value_or_nothing_once_it_is_late) {
    EventLoops loops(1);
    loops.start();
    auto& loop = loops[0];
    std::promise<std::optional<int>> quick, late;
    spawn(loop, finish_within(loop, value_after(loop, Milliseconds(1), 7), for_ever),
          [&](std::optional<int> value) { quick.set_value(value); });
    EXPECT_EQ(quick.get_future().get(), 7);

    Timer stuck(loop);
    std::promise<void> ended;
    const auto wait = [](Timer& timer, std::promise<void>& end) -> Task<int> {
        auto waiting = timer.wait(for_ever);
        co_await waiting;
        end.set_value();
        co_return 1;
    };
    spawn(loop, finish_within(loop, wait(stuck, ended), Milliseconds(20)),
          [&](std::optional<int> value) { late.set_value(value); });
    EXPECT_EQ(late.get_future().get(), std::nullopt);
    stuck.cancel(); // the late task still ends on its own
    ended.get_future().wait();
}

class Bell final : public Watchdog::Watched {
public:
    explicit Bell(std::vector<int>& log, int number, std::promise<void>* last = nullptr) :
        log_(log), number_(number), last_(last) {}

private:
    void overdue() override {
        log_.push_back(number_);
        if (last_ != nullptr)
            last_->set_value();
    }
    std::vector<int>& log_;
    int number_;
    std::promise<void>* last_;
};

TEST(Watchdog, calls_those_whose_deadline_passed_and_no_others) {
    EventLoops loops(1);
    std::vector<int> log;
    std::promise<void> done;
    Bell first(log, 1), moved(log, 2), forgotten(log, 3), last(log, 4, &done);
    auto& dog = loops[0].watchdog();
    {
        Bell dead(log, 5);
        dog.watch(dead, Milliseconds(1));
    }
    dog.watch(moved, Milliseconds(1));
    dog.watch(forgotten, Milliseconds(1));
    dog.watch(first, Milliseconds(1));
    dog.watch(last, Milliseconds(60)); // later than the rest by more than the slack
    dog.watch(moved, for_ever);
    Watchdog::forget(forgotten);
    loops.start();
    done.get_future().wait();
    loops.stop();
    loops.join();
    EXPECT_EQ(log, (std::vector<int>{1, 4}));
}

} // namespace
} // namespace dialproof::net
