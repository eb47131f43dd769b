// The one thread of the store, on which its coroutines run.
#pragma once

#include "base/instant.h"
#include "base/task.h"

#include <coroutine>
#include <mutex>
#include <thread>
#include <unordered_set>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace dialproof::stores::postgres {

class Loop final : public Executor {
public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    // Any thread.
    void post(std::coroutine_handle<> work) override;
    // Ends the thread. Tasks that still wait never go on; they are gone when the loop is.
    void stop();

    void root_began(std::coroutine_handle<> root) override;
    void root_ended(std::coroutine_handle<> root) override;

    // On the loop's thread.
    Task<void> sleep(Milliseconds time);
    boost::asio::io_context& context() { return context_; }

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    std::mutex mutex_;
    std::unordered_set<void*> roots_;
    std::thread thread_;
};

} // namespace dialproof::stores::postgres
