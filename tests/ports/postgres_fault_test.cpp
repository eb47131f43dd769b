// The PostgreSQL store while the world fails, and beside other nodes: it answers, loses nothing and recovers.
#include "postgres_server.h"

#include "stores/postgres/connection.h"
#include "stores/postgres/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <set>
#include <thread>

namespace dialproof::test {
namespace {

using ports::CommitFailure;
using ports::Fault;
using testing::HasSubstr;
using testing::Not;

constexpr const char* others_of_the_store =
    "FROM pg_stat_activity WHERE application_name = 'dialproof' AND pid <> pg_backend_pid()";

class PostgresSuite : public testing::Test {
protected:
    [[nodiscard]] Result<std::unique_ptr<stores::PostgresStore>, stores::StoreError> try_open() {
        return stores::PostgresStore::open(config, meter, log);
    }
    [[nodiscard]] std::string refusal() {
        const auto opened = try_open();
        return opened ? "" : opened.error().message;
    }
    std::unique_ptr<stores::PostgresStore> another() {
        auto opened = try_open();
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        return *std::move(opened);
    }
    void open() {
        store = another();
        caller.emplace(*store);
    }
    // All at once, so that they come into one group or two. The answers, in that order. `meanwhile` is done
    // once all were handed over.
    std::vector<Result<ports::Committed, CommitFailure>> commit_together(
        const std::vector<Change>& changes, const std::function<void()>& meanwhile = [] {}) {
        std::vector<Result<ports::Committed, CommitFailure>> answers(changes.size());
        std::size_t missing = changes.size();
        for (std::size_t i = 0; i < changes.size(); ++i)
            spawn(caller->loop(), store->commit(changes[i]), [&answers, &missing, i](auto answer) {
                answers[i] = std::move(answer);
                --missing;
            });
        caller->loop().run_until_idle();
        meanwhile();
        while (missing > 0)
            caller->loop().run_until_idle();
        return answers;
    }
    RawPostgres raw() { return RawPostgres(config.url); }
    void wait_until(const std::string& condition) {
        RawPostgres watching(config.url);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (watching.run("SELECT " + condition) != "t") {
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error("this does not come true: " + condition);
            std::this_thread::yield();
        }
    }
    void wait_until_it_serves() {
        while (!caller->probe().has_value())
            std::this_thread::yield();
    }

    PostgresServer& server = PostgresServer::shared();
    stores::PostgresConfig config = server.fresh_config();
    CountingMeter meter;
    RecordingLog log;
    std::unique_ptr<stores::PostgresStore> store;
    std::optional<Caller> caller;
};

// Opening

TEST_F(PostgresSuite, FourNodesThatStartAtOnceMakeTheTablesOnce) {
    std::atomic<unsigned> opened{0};
    in_parallel(4, [&](unsigned) {
        if (const auto own = try_open())
            ++opened;
        else
            ADD_FAILURE() << own.error().message;
    });
    EXPECT_EQ(opened, 4U);
}

TEST_F(PostgresSuite, ASchemaOfANewerVersionIsRefused) {
    open();
    raw().run("INSERT INTO schema_migrations VALUES (999, 'from_the_future', 'x', 0)");
    EXPECT_THAT(refusal(), HasSubstr("newer version"));
}

TEST_F(PostgresSuite, ASchemaThatIsMissingIsRefusedWhereItIsNotToBeMade) {
    config.migrate = false;
    EXPECT_THAT(refusal(), HasSubstr("0 of the 1 migrations"));
    config.migrate = true;
    open();
    config.migrate = false;
    EXPECT_EQ(refusal(), "");
}

TEST_F(PostgresSuite, APasswordInTheUrlIsRefusedAndNotShown) {
    for (const auto* url : {"postgres://u:hunter2@localhost/d", "host=localhost password=hunter2",
                            "host=localhost password='hunter2"}) {
        config.url = url;
        EXPECT_THAT(refusal(), HasSubstr("url of the PostgreSQL store"));
        EXPECT_THAT(refusal(), Not(HasSubstr("hunter2")));
    }
}

TEST_F(PostgresSuite, AServerThatIsNotThereIsSaid) {
    config.url = "host=/nowhere user=postgres";
    config.connect_timeout = Milliseconds(100);
    EXPECT_THAT(refusal(), HasSubstr("cannot be opened"));
}

TEST_F(PostgresSuite, WorksWithoutPartitionsAndPreparedStatements) {
    config.partitions = false;
    config.prepared_statements = false;
    open();
    ASSERT_TRUE(caller->commits(
        Change().put(verification("v1"), 0).event(event("v1", 1)).message(message("m1", at(0)))));
    EXPECT_EQ(raw().run("SELECT count(*) FROM pg_inherits WHERE inhparent = 'messages'::regclass"), "0");
    EXPECT_EQ(caller->claim(1, Milliseconds(1), at(0)).size(), 1U);
    const auto pruned = caller->prune(at(100'000), at(100'000));
    EXPECT_EQ(pruned.verifications + pruned.events + pruned.messages, 3U);
}

TEST_F(PostgresSuite, TheTimeIsTheDatabases) {
    open();
    const auto told = caller->loop().wait_for(store->database_time()).value();
    const auto real = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    EXPECT_LT(std::chrono::abs(told.time - real), Seconds(10));
    EXPECT_GE(told.round_trip, Milliseconds(0));
}

// Groups

TEST_F(PostgresSuite, ACommitThatConflictsLeavesTheOthersOfItsGroup) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(7, 0), 0).charge("l", core::Rate{3, Seconds(60)})));
    std::vector<Change> changes;
    for (unsigned i = 0; i < 20; ++i)
        changes.push_back(Change().put(line(i, 1), 0));
    changes.push_back(Change().put(line(30, 1), 5));
    for (unsigned i = 0; i < 3; ++i)
        changes.push_back(Change().put(line(40 + i, 1), 0).charge("l", core::Rate{3, Seconds(60)}));
    const auto answers = commit_together(changes);
    for (unsigned i = 0; i < 20; ++i)
        EXPECT_EQ(answers[i].has_value(), i != 7) << i;
    EXPECT_EQ(answers[7].error(), CommitFailure(Fault::conflict));
    EXPECT_EQ(answers[20].error(), CommitFailure(Fault::conflict));
    EXPECT_TRUE(answers[21].has_value() && answers[22].has_value());
    ASSERT_FALSE(answers[23].has_value());
    EXPECT_TRUE(std::holds_alternative<ports::OverLimit>(answers[23].error()));
    EXPECT_EQ(caller->version(number(42)), 0U);
}

TEST_F(PostgresSuite, AKeyThatTheServerDoesNotTakeLeavesTheOthersOfItsGroup) {
    open();
    const std::string bad("a\0b", 3);
    ASSERT_TRUE(caller->commits(Change().put(binding("a", "u"), 0)));
    const auto answers =
        commit_together({Change().put(binding("x", "u"), 0), Change().put(binding(bad, "u"), 0),
                         Change().put(binding("y", "u"), 0)});
    EXPECT_TRUE(answers[0].has_value() && answers[2].has_value());
    EXPECT_EQ(answers[1].error(), CommitFailure(Fault::unavailable));
    EXPECT_FALSE(caller->loop().wait_for(store->load({name(bad)})).has_value());
}

TEST_F(PostgresSuite, ARowThatIsHeldLongLeavesTheOthersOfItsGroup) {
    config.lock_timeout = Milliseconds(100);
    open();
    const auto first = caller->versions_of(Change().put(line(1, 0), 0).put(line(2, 0), 0));
    RawPostgres clumsy(config.url);
    clumsy.run("BEGIN");
    clumsy.run("SELECT 1 FROM lines WHERE id = '" + number(1).e164() + "' FOR UPDATE");
    const auto answers =
        commit_together({Change().put(line(1, 1), first[0]), Change().put(line(2, 1), first[1])});
    EXPECT_EQ(answers[0].error(), CommitFailure(Fault::unavailable));
    EXPECT_TRUE(answers[1].has_value());
    clumsy.run("ROLLBACK");
    EXPECT_TRUE(caller->commits(Change().put(line(1, 2), first[0])));
}

TEST_F(PostgresSuite, RowsThatAreAllHeldAreGivenUpInTime) {
    config.lock_timeout = Milliseconds(200);
    config.give_up_after = Seconds(1);
    open();
    wait_until_it_serves();
    std::vector<Change> changes;
    for (unsigned i = 0; i < 100; ++i)
        changes.push_back(Change().put(line(i, 0), 0));
    RawPostgres clumsy(config.url);
    clumsy.run("BEGIN");
    clumsy.run("LOCK TABLE lines");
    const auto start = std::chrono::steady_clock::now();
    for (const auto& answer : commit_together(changes))
        EXPECT_EQ(answer.error(), CommitFailure(Fault::unavailable));
    EXPECT_LT(std::chrono::steady_clock::now() - start, Seconds(10)) << "one by one it would be 20 or more";
}

// Of the two that wait the one is ended that looks first: the store, and not before the other waits too.
TEST_F(PostgresSuite, WhatADeadlockEndsIsDoneAgain) {
    config.url.insert(config.url.rfind('\''), " -c deadlock_timeout=5s");
    config.lock_timeout = config.statement_timeout = config.give_up_after = Seconds(60);
    open();
    const auto first = caller->versions_of(Change().put(line(1, 0), 0).put(user("u"), 0));
    RawPostgres clumsy(config.url);
    clumsy.run("SET deadlock_timeout = '60s'");
    clumsy.run("BEGIN");
    clumsy.run("SELECT 1 FROM users WHERE id = 'u' FOR UPDATE");
    auto in_the_way = std::async(std::launch::async, [&] {
        wait_until("count(*) > 0 " + std::string(others_of_the_store) + " AND wait_event_type = 'Lock'");
        clumsy.run("UPDATE lines SET ended_at = ended_at");
        clumsy.run("COMMIT");
    });
    EXPECT_TRUE(caller->commits(Change().put(line(1, 1), first[0]).put(user("u"), first[1])));
    in_the_way.get();
}

// Connections

TEST_F(PostgresSuite, AConnectionThatWasCutWhileIdleIsNotNoticed) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
    for (unsigned i = 2; i < 6; ++i) {
        raw().run("SELECT count(pg_terminate_backend(pid)) " + std::string(others_of_the_store));
        EXPECT_EQ(caller->find<core::Line>(number(1)), line(1, 0));
        EXPECT_TRUE(caller->commits(Change().put(line(i, 0), 0)));
    }
}

Task<Result<void, stores::postgres::SqlError>> connect_and_begin(stores::postgres::Connection& connection) {
    auto connecting = connection.connect();
    const auto connected = co_await connecting;
    if (!connected)
        co_return dialproof::fail(connected.error());
    auto beginning = connection.begin({});
    const auto begun = co_await beginning;
    if (!begun)
        co_return dialproof::fail(begun.error());
    co_return Result<void, stores::postgres::SqlError>();
}

TEST_F(PostgresSuite, ATransactionInWhichNothingMoreComesIsEnded) {
    config.statement_timeout = Milliseconds(100);
    stores::postgres::Loop loop;
    stores::postgres::Connection connection(loop, config);
    std::promise<bool> begun;
    spawn(loop, connect_and_begin(connection), [&begun](auto done) { begun.set_value(done.has_value()); });
    EXPECT_TRUE(begun.get_future().get());
    wait_until("count(*) = 0 " + std::string(others_of_the_store));
    std::promise<bool> lost;
    spawn(loop, connection.commit({}), [&lost](auto done) { lost.set_value(!done && done.error().lost); });
    EXPECT_TRUE(lost.get_future().get());
    loop.stop();
}

// Each thread has a line of its own, so it knows what must be there.
TEST_F(PostgresSuite, NothingThatWasAcknowledgedIsLostWhileConnectionsAreCut) {
    using Clock = std::chrono::steady_clock;
    open();
    const auto until = Clock::now() + std::chrono::seconds(2);
    std::atomic<unsigned> acknowledged{0};
    auto cutting = std::async(std::launch::async, [&] {
        RawPostgres knife(config.url);
        while (Clock::now() < until) {
            knife.run("SELECT pg_terminate_backend(pid) " + std::string(others_of_the_store) +
                      " ORDER BY random() LIMIT 1");
            std::this_thread::sleep_for(std::chrono::milliseconds(3));
        }
    });
    in_parallel(8, [&](unsigned i) {
        Caller own(*store);
        std::uint64_t version = 0;
        unsigned misses = 0;
        while (Clock::now() < until || acknowledged == 0) {
            const auto done = own.commit(Change().put(line(i, misses + 1), version));
            if (done) {
                version = done->versions.at(0);
                ++misses;
                ++acknowledged;
                continue;
            }
            ASSERT_NE(done.error(), CommitFailure(Fault::conflict)) << "nobody else writes this line";
            auto loaded = own.loop().wait_for(store->load({number(i)}));
            while (!loaded)
                loaded = own.loop().wait_for(store->load({number(i)}));
            const auto* stored = loaded->find<core::Line>(number(i));
            const unsigned there = stored ? stored->misses_in_row : 0;
            if (done.error() == CommitFailure(Fault::unknown_outcome))
                ASSERT_TRUE(there == misses || there == misses + 1) << there << " " << misses;
            else
                ASSERT_EQ(there, misses);
            misses = there;
            version = loaded->version(number(i));
        }
    });
    cutting.get();
}

TEST_F(PostgresSuite, ACommitWhoseAnswerDoesNotComeIsOfUnknownOutcome) {
    config.statement_timeout = Seconds(1);
    open();
    // A COMMIT now waits for a copy of the database that is not there: soon, but when is the server's affair.
    raw().run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    raw().run("SELECT pg_reload_conf()");
    unsigned last = 1;
    auto done = caller->commit(Change().put(line(last, 0), 0));
    while (done)
        done = caller->commit(Change().put(line(++last, 0), 0));
    RawPostgres operator_of_it(config.url);
    operator_of_it.run("ALTER SYSTEM RESET synchronous_standby_names");
    operator_of_it.run("SELECT pg_reload_conf()");
    EXPECT_EQ(done.error(), CommitFailure(Fault::unknown_outcome));
    wait_until("count(*) = " + std::to_string(last) + " FROM lines");
    EXPECT_EQ(caller->find<core::Line>(number(last)), line(last, 0)) << "this time it was stored";
}

TEST_F(PostgresSuite, AServerThatStopsIsUnavailableUntilItIsBack) {
    config.give_up_after = Milliseconds(300);
    open();
    wait_until_it_serves();
    const auto first = caller->versions_of(Change().put(line(1, 0), 0));
    server.stop();
    for (int i = 0; i < 3; ++i) {
        const auto done = caller->commit(Change().put(line(1, 1), first[0]));
        ASSERT_FALSE(done.has_value());
        EXPECT_EQ(done.error(), CommitFailure(Fault::unavailable));
    }
    EXPECT_FALSE(caller->loop().wait_for(store->load({number(1)})).has_value());
    EXPECT_FALSE(caller->probe().has_value());
    EXPECT_EQ(log.count("store_unavailable"), 1U) << "told once, not for each commit";
    server.start();
    wait_until_it_serves();
    EXPECT_EQ(log.count("store_available"), 1U);
    EXPECT_TRUE(caller->commits(Change().put(line(1, 1), first[0])));
}

TEST_F(PostgresSuite, WhatWaitsIsAnsweredBeforeTheStoreGoes) {
    open();
    unsigned stored = 0;
    for (unsigned i = 0; i < 50; ++i)
        spawn(caller->loop(), store->commit(Change().put(line(i, 0), 0)),
              [&stored](const auto& done) { stored += done ? 1 : 0; });
    caller->loop().run_until_idle();
    store.reset();
    caller->loop().run_until_idle();
    EXPECT_EQ(stored, 50U);
}

TEST_F(PostgresSuite, APruneIsNotWaitedForWhenTheStoreGoes) {
    open();
    server.stop();
    bool answered = false;
    spawn(caller->loop(), store->prune(ports::Retention{at(0), at(0)}),
          [&answered](const auto& pruned) { answered = !pruned && pruned.error() == Fault::unavailable; });
    caller->loop().run_until_idle();
    const auto start = std::chrono::steady_clock::now();
    store.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, Seconds(30)) << "it would try for a minute";
    caller->loop().run_until_idle();
    EXPECT_TRUE(answered);
    server.start();
}

TEST_F(PostgresSuite, WhatHasNoRoomIsOverloadedAtOnce) {
    config.writes_queued_max = 3;
    config.lock_timeout = Seconds(5);
    config.statement_timeout = Seconds(10);
    open();
    std::vector<Change> changes;
    for (unsigned i = 0; i < 10; ++i)
        changes.push_back(Change().put(line(i, 0), 0));
    RawPostgres clumsy(config.url);
    clumsy.run("BEGIN");
    clumsy.run("LOCK TABLE lines");
    const auto answers = commit_together(changes, [&] {
        EXPECT_EQ(store->queued_writes(), 3U);
        clumsy.run("ROLLBACK");
    });
    EXPECT_EQ(std::count_if(
                  answers.begin(), answers.end(),
                  [](const auto& each) { return !each && each.error() == CommitFailure(Fault::overloaded); }),
              7);
}

// Two nodes on one database

TEST_F(PostgresSuite, TwoNodesTogetherGetNoMoreThanTheLimit) {
    open();
    const auto second = another();
    std::atomic<unsigned> passed{0};
    in_parallel(16, [&](unsigned i) {
        Caller own(i % 2 == 0 ? *store : *second);
        for (int n = 0; n < 5; ++n)
            if (own.commits(Change().charge("l", core::Rate{20, Seconds(60)})))
                ++passed;
    });
    EXPECT_EQ(passed, 20U);
}

TEST_F(PostgresSuite, NoChangeOfTwoNodesIsLost) {
    open();
    const auto second = another();
    constexpr unsigned each_adds = 20;
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0).put(line(2, 0), 0)));
    in_parallel(8, [&](unsigned i) {
        Caller own(i % 2 == 0 ? *store : *second);
        for (unsigned added = 0; added < each_adds;) {
            const auto loaded = own.load({number(1), number(2)});
            const auto misses = loaded.find<core::Line>(number(1))->misses_in_row;
            const auto one = i % 4 < 2 ? 1U : 2U, two = 3 - one;
            if (own.commits(Change()
                                .put(line(one, misses + 1), loaded.version(number(one)))
                                .put(line(two, misses + 1), loaded.version(number(two)))))
                ++added;
        }
    });
    EXPECT_EQ(caller->find<core::Line>(number(1))->misses_in_row, 8 * each_adds);
    EXPECT_EQ(caller->find<core::Line>(number(2))->misses_in_row, 8 * each_adds);
}

TEST_F(PostgresSuite, AMessageIsClaimedByOneOfTwoNodes) {
    open();
    const auto second = another();
    Change change;
    for (int i = 0; i < 100; ++i)
        change.message(message("m" + std::to_string(i), at(0)));
    ASSERT_TRUE(caller->commits(change));
    std::mutex mutex;
    std::multiset<std::string> claimed;
    in_parallel(8, [&](unsigned i) {
        Caller own(i % 2 == 0 ? *store : *second);
        for (int n = 0; n < 4; ++n) {
            const auto mine = own.claim(7, Milliseconds(60'000), at(0));
            const std::lock_guard lock(mutex);
            for (const auto& each : mine)
                claimed.insert(each.message.id.text);
        }
    });
    EXPECT_EQ(claimed.size(), 100U);
    EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), 100U);
}

// Partitions

// As flows make them.
std::string id_of_now(unsigned n) {
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    char text[33];
    std::snprintf(text, sizeof text, "%012llx%020x",
                  static_cast<unsigned long long>(now.time_since_epoch().count()), n);
    return text;
}

TEST_F(PostgresSuite, ADayLiesInItsPartitionAndIsDroppedWhenAllInItEnded) {
    open();
    const std::string id = id_of_now(1);
    auto fresh = message(id_of_now(2), at(0));
    fresh.verification = core::VerificationId(id);
    ASSERT_TRUE(caller->commits(Change().put(verification(id), 0).event(event(id, 1)).message(fresh)));
    EXPECT_TRUE(caller->find<core::Verification>(core::VerificationId(id)).has_value());
    EXPECT_EQ(caller->events(ports::StreamKind::verification, id).size(), 1U);
    EXPECT_EQ(caller->messages(id).size(), 1U);
    const auto partition = raw().run("SELECT tableoid::regclass FROM verifications");
    EXPECT_THAT(partition, HasSubstr("verifications_d"));

    const auto next_month =
        std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + Seconds(30 * 86400);
    const auto pruned = caller->prune(next_month, next_month);
    EXPECT_EQ(pruned.verifications, 1U);
    EXPECT_EQ(pruned.events, 1U);
    EXPECT_EQ(pruned.messages, 1U);
    EXPECT_EQ(raw().run("SELECT to_regclass('" + partition + "') IS NULL"), "t");
    EXPECT_EQ(caller->version(core::VerificationId(id)), 0U);
    EXPECT_TRUE(caller->commits(Change().put(verification(id), 0))) << "with those that have no day";
    EXPECT_GT(caller->version(core::VerificationId(id)), 0U);
}

TEST_F(PostgresSuite, ADayWhoseLockCannotBeHadIsEmptied) {
    config.lock_timeout = Milliseconds(100);
    open();
    const std::string id = id_of_now(1);
    ASSERT_TRUE(caller->commits(Change().put(verification(id), 0)));
    const auto partition = raw().run("SELECT tableoid::regclass FROM verifications");
    RawPostgres reading(config.url);
    reading.run("BEGIN");
    reading.run("SELECT count(*) FROM verifications");
    const auto next_month =
        std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + Seconds(30 * 86400);
    EXPECT_EQ(caller->prune(next_month, next_month).verifications, 1U);
    reading.run("COMMIT");
    EXPECT_EQ(raw().run("SELECT count(*) FROM " + partition), "0");
}

TEST_F(PostgresSuite, ADayThatAnotherDropsMeanwhileIsNoError) {
    config.lock_timeout = Seconds(2);
    open();
    const std::string id = id_of_now(1);
    ASSERT_TRUE(caller->commits(Change().put(verification(id), 0)));
    RawPostgres dropping(config.url);
    dropping.run("BEGIN");
    dropping.run("DROP TABLE " + dropping.run("SELECT tableoid::regclass FROM verifications"));
    auto done = std::async(std::launch::async, [&] {
        wait_until("count(*) > 0 " + std::string(others_of_the_store) +
                   " AND wait_event_type = 'Lock' AND query LIKE '%AS piece%'");
        dropping.run("COMMIT");
    });
    const auto next_month =
        std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + Seconds(30 * 86400);
    EXPECT_EQ(caller->prune(next_month, next_month).verifications, 0U);
    done.get();
}

TEST_F(PostgresSuite, ADayInWhichSomethingIsYoungLosesTheRestAlone) {
    open();
    const std::string old_id = id_of_now(1), young_id = id_of_now(2);
    auto young = verification(young_id);
    const auto next_month =
        std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + Seconds(30 * 86400);
    young.expires_at = next_month + Seconds(1);
    const auto first = caller->versions_of(Change().put(verification(old_id), 0).put(young, 0));
    EXPECT_EQ(caller->prune(next_month, next_month).verifications, 1U);
    EXPECT_EQ(caller->version(core::VerificationId(old_id)), 0U);
    EXPECT_EQ(caller->version(core::VerificationId(young_id)), first[1]);
    EXPECT_TRUE(caller->commits(Change().put(young, first[1])));
}

TEST_F(PostgresSuite, VerificationsOfManyDaysAreLoadedAndChangedTogether) {
    open();
    Change change, again;
    std::vector<ports::Key> keys;
    for (unsigned day = 0; day < 20; ++day) {
        char id[33];
        std::snprintf(id, sizeof id, "%012llx%020x", 1'790'000'000'000ULL + day * 86'400'000ULL, day);
        change.put(verification(id), 0);
        keys.emplace_back(core::VerificationId(id));
    }
    const auto versions = caller->versions_of(change);
    const auto loaded = caller->load(keys);
    for (unsigned i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(loaded.version(keys[i]), versions[i]);
        again.put(verification(ports::text_of(keys[i])), versions[i]);
    }
    EXPECT_TRUE(caller->commits(again));
}

} // namespace
} // namespace dialproof::test
