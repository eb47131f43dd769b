#include "net/watchdog.h"

#include "net/net_pch.h"

namespace dialproof::net {

struct Watchdog::Timer {
    boost::asio::steady_timer timer;
};

void Watchdog::Watched::unlink() {
    before_->after_ = after_;
    after_->before_ = before_;
    before_ = after_ = this;
}

void Watchdog::Watched::link_before(Watched& other) {
    before_ = other.before_;
    after_ = &other;
    before_->after_ = this;
    other.before_ = this;
}

Watchdog::Watchdog(boost::asio::io_context& context) :
    timer_(std::make_unique<Timer>(Timer{boost::asio::steady_timer(context)})) {}

Watchdog::~Watchdog() = default;

void Watchdog::watch(Watched& watched, Milliseconds within) {
    watched.deadline_ = Clock::now() + within;
    if (watched.after_ == &watched)
        watched.link_before(watched_);
    if (watched.deadline_ < armed_)
        arm(watched.deadline_);
}

void Watchdog::arm(Clock::time_point at) {
    armed_ = at;
    timer_->timer.expires_at(at);
    timer_->timer.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            sweep();
    });
}

void Watchdog::sweep() {
    const auto now = Clock::now();
    auto earliest = Clock::time_point::max();
    End late;
    for (Watched* each = watched_.after_; each != &watched_;) {
        Watched* const following = each->after_;
        if (each->deadline_ <= now) {
            each->unlink();
            each->link_before(late);
        } else {
            earliest = std::min(earliest, each->deadline_);
        }
        each = following;
    }
    armed_ = Clock::time_point::max();
    if (earliest != Clock::time_point::max())
        arm(std::max(earliest, now + slack));
    // What one of them does may end or move the others: each is taken off the list first.
    while (late.after_ != &late) {
        Watched* const first = late.after_;
        first->unlink();
        first->overdue();
    }
}

} // namespace dialproof::net
