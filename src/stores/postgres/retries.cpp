#include "stores/postgres/retries.h"

#include <random>

namespace dialproof::stores::postgres {

namespace {

constexpr Milliseconds longest_pause{50};

// Never the same for two nodes that were in each other's way.
Milliseconds any_pause() {
    static thread_local std::minstd_rand random{std::random_device()()};
    return Milliseconds(std::uniform_int_distribution<Milliseconds::rep>(1, longest_pause.count())(random));
}

} // namespace

Task<bool> Retries::after(SqlError error) {
    const bool callers_own = error.state.starts_with("22"); // a text that is none, in a key
    if (error.lost || (!error.may_work_again() && !callers_own))
        health_.note_trouble(error);
    if (!error.may_work_again() || ++count_ > count_max || std::chrono::steady_clock::now() >= until_)
        co_return false;
    auto resting = loop_.sleep(any_pause());
    co_await resting;
    co_return std::chrono::steady_clock::now() < until_;
}

ports::Fault fault_of(const SqlError& error) {
    return error.maybe_done ? ports::Fault::unknown_outcome : ports::Fault::unavailable;
}

} // namespace dialproof::stores::postgres
