// Task<T>: a coroutine that gives one T. It starts when awaited, and always runs on one Executor, the
// one given to `spawn` at the root: a task hands its executor on to the tasks that it awaits. An adapter
// may finish its work on any thread; `suspend_until` brings the waiting coroutine back to its executor.
//
// GCC 12 miscompiles temporaries of class type inside an awaiting statement, so name what you hand to a
// `co_await`, and pass coroutines values or references to what outlives them by construction.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace dialproof {

// Runs coroutines, one at a time. `post` may be called from any thread and never runs `work` itself.
class Executor {
public:
    virtual void post(std::coroutine_handle<> work) = 0;

    // A spawned task begins, and its frame is gone. In between, while it is suspended and nobody will
    // complete what it waits for, an executor may destroy `root`: that frees the task and all that it awaits.
    virtual void root_began(std::coroutine_handle<> root) { static_cast<void>(root); }
    virtual void root_ended(std::coroutine_handle<> root) { static_cast<void>(root); }

protected:
    ~Executor() = default;
};

template <typename T = void>
class Task;

namespace task_detail {

struct PromiseBase {
    Executor* executor = nullptr;
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr exception;

    std::suspend_always initial_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { exception = std::current_exception(); }

    struct FinalAwaiter {
        bool await_ready() noexcept { return false; }
        template <typename Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept {
            return done.promise().continuation;
        }
        void await_resume() noexcept {}
    };
    FinalAwaiter final_suspend() noexcept { return {}; }
};

template <typename T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object();
    template <typename U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (exception)
            std::rethrow_exception(exception);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() noexcept {}
    void take() {
        if (exception)
            std::rethrow_exception(exception);
    }
};

} // namespace task_detail

template <typename T>
class [[nodiscard]] Task {
public:
    using promise_type = task_detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Task() {
        if (handle_)
            handle_.destroy();
    }

    struct Awaiter {
        Handle task;
        bool await_ready() noexcept { return false; }
        template <typename P>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<P> waiting) noexcept {
            task.promise().executor = waiting.promise().executor;
            task.promise().continuation = waiting;
            return task;
        }
        T await_resume() { return task.promise().take(); }
    };
    Awaiter operator co_await() noexcept { return Awaiter{handle_}; }

private:
    friend promise_type;
    explicit Task(Handle handle) : handle_(handle) {}

    Handle handle_;
};

template <typename T>
Task<T> task_detail::Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}

inline Task<void> task_detail::Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

// Answers one waiting coroutine, from any thread, exactly once.
template <typename T>
class Completer {
public:
    Completer(std::optional<T>* slot, Executor* executor, std::coroutine_handle<> waiting) :
        slot_(slot), executor_(executor), waiting_(waiting) {}

    void operator()(T value) const {
        slot_->emplace(std::move(value));
        executor_->post(waiting_);
    }

private:
    std::optional<T>* slot_;
    Executor* executor_;
    std::coroutine_handle<> waiting_;
};

template <typename T, typename Start>
class Suspension {
public:
    explicit Suspension(Start start) : start_(std::move(start)) {}

    bool await_ready() noexcept { return false; }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> waiting) {
        // The answer may come, and this frame be gone, before `start` returns: it runs from a copy.
        auto start = std::move(start_);
        start(Completer<T>(&value_, waiting.promise().executor, waiting));
    }
    T await_resume() { return std::move(*value_); }

private:
    Start start_;
    std::optional<T> value_;
};

// Suspends the coroutine that awaits the result and calls `start(Completer<T>)`; it goes on, with the
// value, once the completer was called. Use: auto wait = suspend_until<int>(...); co_await wait;
template <typename T, typename Start>
Suspension<T, Start> suspend_until(Start start) {
    return Suspension<T, Start>(std::move(start));
}

namespace task_detail {

struct Detached {
    struct promise_type {
        Executor* executor = nullptr;
        ~promise_type() { executor->root_ended(std::coroutine_handle<promise_type>::from_promise(*this)); }
        Detached get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        // A task that nobody awaits has nobody to tell: an exception there is a bug.
        void unhandled_exception() noexcept { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
};

template <typename T, typename Done>
Detached run_detached(Task<T> task, Done done) {
    if constexpr (std::is_void_v<T>) {
        co_await task;
        done();
    } else {
        T value = co_await task;
        done(std::move(value));
    }
}

} // namespace task_detail

// Starts a task on `executor` and calls `done` there with its value.
template <typename T, typename Done>
void spawn(Executor& executor, Task<T> task, Done done) {
    const auto root = task_detail::run_detached<T, Done>(std::move(task), std::move(done));
    root.handle.promise().executor = &executor;
    executor.root_began(root.handle);
    executor.post(root.handle);
}

// The same for a caller that runs on `executor`: the task begins at once, and may have ended on return.
template <typename T, typename Done>
void spawn_at_once(Executor& executor, Task<T> task, Done done) {
    const auto root = task_detail::run_detached<T, Done>(std::move(task), std::move(done));
    root.handle.promise().executor = &executor;
    executor.root_began(root.handle);
    root.handle.resume();
}

inline void spawn(Executor& executor, Task<void> task) {
    spawn(executor, std::move(task), [] {});
}

inline void spawn_at_once(Executor& executor, Task<void> task) {
    spawn_at_once(executor, std::move(task), [] {});
}

} // namespace dialproof
