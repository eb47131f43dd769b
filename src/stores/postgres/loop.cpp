#include "stores/postgres/loop.h"

#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace dialproof::stores::postgres {

namespace asio = boost::asio;

Loop::Loop() {
    thread_ = std::thread([this] { context_.run(); });
}

Loop::~Loop() {
    stop();
    // Nobody runs any more: what a task holds is freed with its frame, and tells nobody.
    for (void* const root : std::exchange(roots_, {}))
        std::coroutine_handle<>::from_address(root).destroy();
}

void Loop::stop() {
    context_.stop();
    if (thread_.joinable())
        thread_.join();
}

void Loop::post(std::coroutine_handle<> work) {
    asio::post(context_, [work] { work.resume(); });
}

void Loop::root_began(std::coroutine_handle<> root) {
    const std::lock_guard lock(mutex_);
    roots_.insert(root.address());
}

void Loop::root_ended(std::coroutine_handle<> root) {
    const std::lock_guard lock(mutex_);
    roots_.erase(root.address());
}

Task<void> Loop::sleep(Milliseconds time) {
    struct Done {};
    auto timer = std::make_shared<asio::steady_timer>(context_, time);
    auto wait = suspend_until<Done>(
        [timer](Completer<Done> done) { timer->async_wait([timer, done](const auto&) { done(Done{}); }); });
    co_await wait;
}

} // namespace dialproof::stores::postgres
