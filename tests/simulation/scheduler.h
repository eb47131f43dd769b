// Runs everything, one step at a time: each time it draws which of all that could go on does. When nothing
// can, the clock jumps to the first that sleeps. It keeps what was spawned, and so can end a whole server
// between any two steps, as a power cut would.
#pragma once

#include "base/task.h"
#include "context.h"
#include "draws.h"
#include "ports/clock.h"
#include "trace.h"

#include <coroutine>
#include <list>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dialproof::simulation {

class Scheduler final : public Executor, public ports::Clock {
private:
    struct Waiting {
        std::coroutine_handle<> handle;
        Context* context;
        std::string_view what;
        class Bell* bell = nullptr;
    };
    using Sleepers = std::multimap<Instant, Waiting>;

public:
    Scheduler(Draws& draws, Trace& trace);
    ~Scheduler() override { end(); }
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] Context& current() { return *current_; }

    // Named, so that steps of the trace can be told apart; live as long as the scheduler.
    Context& new_context(std::string_view name, unsigned life);
    void adopt(Context& context, std::string_view name, unsigned life);

    template <typename T, typename Done>
    void start(Context& context, Task<T> task, Done done) {
        Context* const before = std::exchange(current_, &context);
        spawn(*this, std::move(task), std::move(done));
        current_ = before;
    }
    void start(Context& context, Task<void> task) {
        start(context, std::move(task), [] {});
    }
    template <typename Work>
    void as(Context& context, Work work) {
        Context* const before = std::exchange(current_, &context);
        work();
        current_ = before;
    }

    // Await one of these by its name: auto turn = scheduler.turn("load"); co_await turn;
    class Turn;
    class Sleep;
    // Goes on when it is drawn.
    Turn turn(std::string_view what);
    Sleep sleep(Milliseconds time, std::string_view what);
    Sleep sleep_until(Instant when, std::string_view what, Bell* bell = nullptr);

    // False where nothing is left that could ever go on.
    bool step();
    // Nothing runs any more, and nothing of what ran is left.
    void end();
    // The same for that life of the server.
    void end_life(unsigned life);
    [[nodiscard]] bool lives(unsigned life) const;

    void post(std::coroutine_handle<> work) override;
    void root_began(std::coroutine_handle<> root) override;
    void root_ended(std::coroutine_handle<> root) override;

private:
    friend class Bell;
    enum class Order { any, newest_first, oldest_first, by_priority };

    void put_to_sleep(Instant when, const Waiting& waiting);
    void wake_due();
    std::size_t pick();

    Draws& draws_;
    Trace& trace_;
    Order order_;
    Instant now_ = *parse_rfc3339("2026-01-05T10:00:00Z");
    Context nobody_;
    Context* current_ = &nobody_;
    std::list<Context> contexts_;
    unsigned context_count_ = 0;
    std::vector<Waiting> ready_;
    Sleepers sleepers_;
    std::unordered_map<void*, std::pair<std::coroutine_handle<>, Context*>> roots_;
};

class Scheduler::Turn {
public:
    Turn(Scheduler& scheduler, std::string_view what) : scheduler_(scheduler), what_(what) {}
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        scheduler_.ready_.push_back({waiting, scheduler_.current_, what_});
    }
    void await_resume() noexcept {}

private:
    Scheduler& scheduler_;
    std::string_view what_;
};

// Ends the sleeps of those that sleep on it.
class Bell {
public:
    explicit Bell(Scheduler& scheduler) : scheduler_(scheduler) {}
    // False where nobody slept.
    bool ring();

private:
    friend class Scheduler;
    Scheduler& scheduler_;
    std::list<Scheduler::Sleepers::iterator> sleepers_;
};

class Scheduler::Sleep {
public:
    Sleep(Scheduler& scheduler, Instant when, std::string_view what, Bell* bell) :
        scheduler_(scheduler), when_(when), what_(what), bell_(bell) {}
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        scheduler_.put_to_sleep(when_, Waiting{waiting, scheduler_.current_, what_, bell_});
    }
    void await_resume() noexcept {}

private:
    Scheduler& scheduler_;
    Instant when_;
    std::string_view what_;
    Bell* bell_;
};

// One sleeper's alarm clock.
class SimulatedAlarm final : public ports::Alarm {
public:
    explicit SimulatedAlarm(Scheduler& scheduler) : scheduler_(scheduler), bell_(scheduler) {}
    Task<void> sleep_until(Instant when) override;
    void wake() override { woken_ = !bell_.ring(); }

private:
    Scheduler& scheduler_;
    Bell bell_;
    bool woken_ = false;
};

} // namespace dialproof::simulation
