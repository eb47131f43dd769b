// How often, and after which pause, what failed is done again; and what its caller is told in the end.
#pragma once

#include "ports/fault.h"
#include "stores/postgres/pool.h"

#include <chrono>

namespace dialproof::stores::postgres {

class Retries {
public:
    Retries(Loop& loop, Health& health, Pool::TimePoint until) :
        loop_(loop), health_(health), until_(until) {}

    // True once it may be done again; false: never. `error` is what it ended with.
    Task<bool> after(SqlError error);
    [[nodiscard]] Pool::TimePoint until() const { return until_; }

private:
    static constexpr unsigned count_max = 30;

    Loop& loop_;
    Health& health_;
    const Pool::TimePoint until_;
    unsigned count_ = 0;
};

ports::Fault fault_of(const SqlError& error);

// Has `work`, a function of a Connection&, done on a connection of the pool, and again where it may work
// again.
template <typename T, typename Work>
Task<Result<T, ports::Fault>> do_on(Pool& pool, Health& health, Retries retries, Work work) {
    for (;;) {
        auto taking = pool.take(retries.until());
        Connection* const connection = co_await taking;
        if (!connection)
            co_return fail(ports::Fault::unavailable);
        auto working = work(*connection);
        Result<T, SqlError> done = co_await working;
        if (!done) {
            auto undoing = connection->roll_back();
            co_await undoing;
        }
        pool.give_back(connection);
        if (done) {
            health.note_success();
            co_return *std::move(done);
        }
        auto resting = retries.after(done.error());
        const bool again = co_await resting;
        if (!again)
            co_return fail(fault_of(done.error()));
    }
}

} // namespace dialproof::stores::postgres
