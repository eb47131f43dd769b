#include "stores/postgres/pool.h"

#include <algorithm>
#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace dialproof::stores::postgres {

namespace {

constexpr Milliseconds first_pause{50}, longest_pause{2000};

} // namespace

void Health::note_trouble(const SqlError& error) {
    if (!in_trouble_)
        log_.error("store_unavailable", {{"error", error.message}, {"sqlstate", error.state}});
    in_trouble_ = true;
}

void Health::note_success() {
    if (in_trouble_)
        log_.info("store_available");
    in_trouble_ = false;
}

Pool::Pool(Loop& loop, const PostgresConfig& config, Health& health, unsigned size) :
    loop_(loop), health_(health) {
    for (unsigned i = 0; i < std::max(size, 1U); ++i) {
        connections_.push_back(std::make_unique<Connection>(loop, config));
        spawn(loop_, open(connections_.back().get()));
    }
}

Task<void> Pool::open(Connection* connection) {
    for (Milliseconds pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        auto connecting = connection->connect();
        const auto connected = co_await connecting;
        if (connected)
            break;
        health_.note_trouble(connected.error());
        const auto most = static_cast<unsigned>(pause.count());
        auto resting = loop_.sleep(Milliseconds(std::uniform_int_distribution(most / 2, most)(random_)));
        co_await resting;
    }
    offer(connection);
}

Task<Connection*> Pool::take(TimePoint until) {
    if (closed_)
        co_return nullptr;
    if (!idle_.empty()) {
        Connection* const connection = idle_.back();
        idle_.pop_back();
        co_return connection;
    }
    auto timer = std::make_shared<boost::asio::steady_timer>(loop_.context(), until);
    auto wait = suspend_until<Connection*>([this, timer](Completer<Connection*> done) {
        const std::uint64_t number = ++waited_;
        waiting_.push_back({done, number});
        timer->async_wait([this, number](const auto& error) {
            const auto late = std::find_if(waiting_.begin(), waiting_.end(),
                                           [number](const Waiting& each) { return each.number == number; });
            if (error || late == waiting_.end())
                return;
            const auto given_up = late->done;
            waiting_.erase(late);
            given_up(nullptr);
        });
    });
    Connection* const connection = co_await wait;
    timer->cancel();
    co_return connection;
}

void Pool::give_back(Connection* connection) {
    if (connection->is_open())
        offer(connection);
    else
        spawn(loop_, open(connection));
}

void Pool::close() {
    closed_ = true;
    for (const auto& each : std::exchange(waiting_, {}))
        each.done(nullptr);
}

void Pool::offer(Connection* connection) {
    if (waiting_.empty())
        return idle_.push_back(connection);
    const auto next = waiting_.front();
    waiting_.pop_front();
    next.done(connection);
}

} // namespace dialproof::stores::postgres
