// kill -9 in the middle of acknowledged commits: what was acknowledged is there, and nothing is there by
// half.
#include "sqlite_under_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <set>

namespace dialproof::test {
namespace {

constexpr unsigned in_flight = 32;

// Each commit is a user, a name that leads to it, an event and a message: all or none of them.
ports::Changes numbered(std::uint32_t n) {
    const std::string id = std::to_string(n);
    return Change()
        .put(user("u" + id), 0)
        .put(binding("n" + id, "u" + id), 0)
        .event(event("v" + id, 1))
        .message(message(id, at(n)));
}

// Commits `first`, `first + in_flight`, ... for ever, and writes each number down once it is acknowledged.
Task<void> commit_for_ever(ports::Store& store, std::uint32_t first, int acknowledged) {
    for (std::uint32_t n = first;; n += in_flight) {
        const ports::Changes changes = numbered(n);
        const auto done = co_await store.commit(changes);
        if (!done || ::write(acknowledged, &n, sizeof n) != sizeof n)
            ::_exit(1);
    }
}

[[noreturn]] void be_the_victim(const stores::SqliteConfig& config, std::uint32_t first, int acknowledged) {
    CountingMeter meter;
    RecordingLog log;
    const auto store = stores::SqliteStore::open(config, meter, log);
    if (!store)
        ::_exit(1);
    RunLoop loop;
    for (unsigned i = 1; i < in_flight; ++i)
        spawn(loop, commit_for_ever(**store, first + i, acknowledged));
    loop.wait_for(commit_for_ever(**store, first, acknowledged));
    ::_exit(1);
}

// What a child acknowledged before it was killed.
std::set<std::uint32_t> run_and_kill(const stores::SqliteConfig& config, std::uint32_t first,
                                     std::size_t enough) {
    int ends[2];
    if (::pipe(ends) != 0)
        throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        be_the_victim(config, first, ends[1]);
    }
    ::close(ends[1]);
    std::set<std::uint32_t> acknowledged;
    std::uint32_t n = 0;
    bool killed = false;
    // After the kill the pipe still holds what was acknowledged before it.
    while (::read(ends[0], &n, sizeof n) == sizeof n) {
        acknowledged.insert(n);
        if (acknowledged.size() >= enough && !killed) {
            ::kill(child, SIGKILL);
            killed = true;
        }
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended on its own";
    return acknowledged;
}

class SqliteCrash : public SqliteSuite {};

TEST_F(SqliteCrash, WhatWasAcknowledgedSurvivesAKillAndNothingIsHalfDone) {
    constexpr unsigned rounds = 5, numbers_a_round = 1'000'000;
    std::set<std::uint32_t> acknowledged;
    for (unsigned round = 0; round < rounds; ++round) {
        const std::uint32_t first = round * numbers_a_round;
        // Different moments: early, and after the log went round.
        const auto now = run_and_kill(config, first, 1 + round * 150);
        ASSERT_FALSE(now.empty());
        acknowledged.insert(now.begin(), now.end());
        open();
        for (const std::uint32_t n : acknowledged)
            ASSERT_EQ(caller->version(core::UserId("u" + std::to_string(n))), 1U) << n;
        for (std::uint32_t n = first; n < *now.rbegin() + 2 * in_flight; ++n) {
            const std::string id = std::to_string(n);
            const bool there = caller->version(core::UserId("u" + id)) == 1;
            ASSERT_EQ(caller->version(name("n" + id)) == 1, there) << n;
            ASSERT_EQ(caller->events(ports::StreamKind::verification, "v" + id).size(), there ? 1U : 0U) << n;
            ASSERT_EQ(caller->messages("v-" + id).size(), there ? 1U : 0U) << n;
        }
        close();
    }
}

} // namespace
} // namespace dialproof::test
