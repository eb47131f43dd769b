#include "net/event_loop.h"

#include "net/net_pch.h"

#include <atomic>
#include <cassert>
#include <thread>

#include <pthread.h>
#include <sched.h>

namespace dialproof::net {

namespace asio = boost::asio;

struct EventLoop::Impl {
    // The hint says that one thread runs it; `post` from others is still safe.
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
    Watchdog watchdog{context};

    struct Signal {
        Signal(asio::io_context& io, int number, std::function<void()> then) :
            set(io, number), action(std::move(then)) {}
        asio::signal_set set;
        std::function<void()> action;
    };
    std::vector<std::unique_ptr<Signal>> signals;

    void await(Signal& signal) {
        signal.set.async_wait([this, &signal](const boost::system::error_code& error, int) {
            if (error)
                return;
            signal.action();
            await(signal);
        });
    }
};

EventLoop::EventLoop(std::size_t index) : index_(index), impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::post(std::coroutine_handle<> work) {
    asio::post(impl_->context, [work] { work.resume(); });
}

void EventLoop::call(std::function<void()> work) { asio::post(impl_->context, std::move(work)); }

void EventLoop::on_signal(int signal, std::function<void()> action) {
    auto entry = std::make_unique<Impl::Signal>(impl_->context, signal, std::move(action));
    impl_->await(*entry);
    impl_->signals.push_back(std::move(entry));
}

void EventLoop::run() { impl_->context.run(); }
void EventLoop::stop() { impl_->context.stop(); }
Watchdog& EventLoop::watchdog() { return impl_->watchdog; }
asio::io_context& EventLoop::context() { return impl_->context; }

struct EventLoops::Threads {
    std::vector<std::thread> running;
};

EventLoops::EventLoops(std::size_t count) : threads_(std::make_unique<Threads>()) {
    assert(count > 0);
    for (std::size_t i = 0; i < count; ++i)
        loops_.push_back(std::make_unique<EventLoop>(i));
}

EventLoops::~EventLoops() {
    stop();
    join();
}

void EventLoops::start() {
    for (const auto& loop : loops_) {
        auto& thread = threads_->running.emplace_back([each = loop.get()] { each->run(); });
        const std::string name = "loop-" + std::to_string(loop->index());
        pthread_setname_np(thread.native_handle(), name.c_str());
    }
}

void EventLoops::stop() {
    for (const auto& loop : loops_)
        loop->stop();
}

void EventLoops::join() {
    for (auto& thread : threads_->running)
        if (thread.joinable())
            thread.join();
}

std::size_t EventLoops::cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return std::max(1U, std::thread::hardware_concurrency());
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
}

// Lives on the loop; `cancelled` alone is touched by other threads.
struct Timer::State : std::enable_shared_from_this<State> {
    explicit State(EventLoop& l) : loop(l), timer(l.context()) {}

    void wait(Milliseconds time, Completer<bool> done) {
        assert(!waiting);
        if (cancelled.exchange(false)) {
            done(true);
            return;
        }
        waiting = true;
        timer.expires_after(time);
        timer.async_wait([self = shared_from_this(), done](const boost::system::error_code&) {
            self->waiting = false;
            done(true);
        });
    }

    void end_wait() {
        if (waiting && cancelled.exchange(false))
            timer.cancel();
    }

    EventLoop& loop;
    asio::steady_timer timer;
    bool waiting = false;
    std::atomic<bool> cancelled{false};
};

Timer::Timer(EventLoop& loop) : state_(std::make_shared<State>(loop)) {}
Timer::~Timer() { cancel(); }

Task<void> Timer::wait(Milliseconds time) {
    auto waited = suspend_until<bool>([state = state_, time](Completer<bool> done) {
        asio::dispatch(state->loop.context(), [state, time, done] { state->wait(time, done); });
    });
    co_await waited;
}

void Timer::cancel() {
    if (state_->cancelled.exchange(true))
        return;
    asio::post(state_->loop.context(), [state = state_] { state->end_wait(); });
}

} // namespace dialproof::net
