// The SQLite store while the world fails: it answers, stays up, loses nothing and recovers.
#include "faulty_vfs.h"
#include "raw_sqlite.h"
#include "sqlite_under_test.h"

#include <gmock/gmock.h>

namespace dialproof::test {
namespace {

using ports::CommitFailure;
using ports::Fault;
using testing::AllOf;
using testing::HasSubstr;

class SqliteFault : public SqliteSuite {
protected:
    SqliteFault() : faults(install_faulty_vfs()) { config.vfs = faulty_vfs; }
    ~SqliteFault() override { faults.heal(); }

    void expect_fault(Fault fault, const ports::Changes& changes) {
        const auto done = caller->commit(changes);
        ASSERT_FALSE(done.has_value());
        EXPECT_EQ(done.error(), CommitFailure(fault));
    }

    // Ends the store, which finishes what waits, and hears its answers.
    void close_after_running() {
        store.reset();
        caller->loop().run_until_idle();
        caller.reset();
    }

    Faults& faults;
};

TEST_F(SqliteFault, AFullDiskMakesCommitsUnavailableUntilThereIsRoom) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
    faults.write = SQLITE_FULL;
    for (int i = 0; i < 3; ++i)
        expect_fault(Fault::unavailable,
                     Change().put(line(1, 1), 1).put(line(2, 0), 0).event(event("v1", 1)));
    EXPECT_FALSE(caller->probe().has_value());
    EXPECT_EQ(caller->find<core::Line>(number(1)), line(1, 0)) << "reading goes on";
    EXPECT_EQ(log.count("store_write_failed"), 1U) << "told once, not for each commit";

    faults.heal();
    EXPECT_TRUE(caller->probe().has_value());
    EXPECT_EQ(log.count("store_write_recovered"), 1U);
    EXPECT_EQ(caller->version(number(2)), 0U);
    ASSERT_TRUE(caller->commits(Change().put(line(1, 2), 1).event(event("v1", 1))));
    reopen();
    EXPECT_EQ(caller->find<core::Line>(number(1)), line(1, 2));
    EXPECT_EQ(caller->version(number(2)), 0U);
}

TEST_F(SqliteFault, EveryoneInAGroupThatFailsIsTold) {
    open();
    faults.write = SQLITE_FULL;
    unsigned failed = 0;
    for (unsigned i = 0; i < 50; ++i)
        spawn(caller->loop(), store->commit(Change().put(line(i, 0), 0)), [&failed](const auto& done) {
            if (!done && done.error() == CommitFailure(Fault::unavailable))
                ++failed;
        });
    caller->loop().run_until_idle();
    close_after_running();
    EXPECT_EQ(failed, 50U);
}

TEST_F(SqliteFault, AFailedSyncLeavesTheOutcomeUnknown) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
    faults.sync = SQLITE_IOERR_FSYNC;
    expect_fault(Fault::unknown_outcome, Change().put(line(1, 1), 1).put(line(2, 1), 0));
    faults.heal();
    // Whichever it was, it is the same for all of the commit, and the next one works on it.
    const auto version = caller->version(number(1));
    EXPECT_EQ(version == 2, caller->version(number(2)) == 1);
    ASSERT_TRUE(caller->commits(Change().put(line(1, 5), version)));
    reopen();
    EXPECT_EQ(caller->find<core::Line>(number(1)), line(1, 5));
    EXPECT_EQ(version == 2, caller->version(number(2)) == 1);
}

TEST_F(SqliteFault, AnUnreadableDiskMakesLoadsUnavailableUntilItWorks) {
    open();
    for (unsigned i = 0; i < 50; ++i)
        ASSERT_TRUE(caller->commits(Change().put(user("u" + std::to_string(i)), 0)));
    reopen();
    faults.read = SQLITE_IOERR_READ;
    const std::vector<ports::Key> keys{core::UserId("u7")};
    const auto loaded = caller->loop().wait_for(store->load(keys));
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error(), Fault::unavailable);
    EXPECT_GE(log.count("store_read_failed"), 1U);
    faults.heal();
    EXPECT_EQ(caller->version(core::UserId("u7")), 1U);
}

TEST_F(SqliteFault, AFullDiskAtTheStartIsSaid) {
    faults.write = SQLITE_FULL;
    EXPECT_THAT(refusal(), AllOf(HasSubstr(config.path), HasSubstr("disk is full")));
    faults.heal();
    EXPECT_EQ(refusal(), "");
}

TEST_F(SqliteFault, ADiskWithoutSharedMemoryIsRefused) {
    faults.no_shared_memory = true;
    EXPECT_THAT(refusal(), AllOf(HasSubstr(config.path), HasSubstr("journal mode stays \"delete\"")));
}

TEST_F(SqliteFault, ALogThatCannotBeWrittenBackIsSaidOnce) {
    open();
    faults.write_database = SQLITE_IOERR_WRITE;
    unsigned next = 0;
    const auto commit_many = [&] {
        for (const unsigned end = next + 120; next < end; ++next)
            ASSERT_TRUE(caller->commits(Change().put(line(next, 0), 0))) << "commits go on";
    };
    commit_many();
    EXPECT_EQ(log.count("store_checkpoint_failed"), 1U);
    EXPECT_EQ(log.count("store_checkpoint_recovered"), 0U);
    faults.heal();
    commit_many();
    EXPECT_EQ(log.count("store_checkpoint_failed"), 1U);
    EXPECT_EQ(log.count("store_checkpoint_recovered"), 1U);
}

TEST_F(SqliteFault, AnotherProcessThatHoldsTheLockIsWaitedForThenUnavailable) {
    config.busy_timeout = Milliseconds(30);
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
    RawSqlite other(config.path);
    other.run("BEGIN IMMEDIATE");
    expect_fault(Fault::unavailable, Change().put(line(1, 1), 1));
    EXPECT_EQ(caller->version(number(1)), 1U);
    other.run("ROLLBACK");
    EXPECT_TRUE(caller->commits(Change().put(line(1, 1), 1)));
}

TEST_F(SqliteFault, AFullQueueIsOverloadedAtOnceAndTheRestIsServed) {
    config.writes_queued_max = 4;
    config.group_max = 1;
    open();
    RawSqlite other(config.path);
    other.run("BEGIN IMMEDIATE");
    unsigned overloaded = 0, committed = 0;
    for (unsigned i = 0; i < 20; ++i)
        spawn(caller->loop(), store->commit(Change().put(line(i, 0), 0)), [&](const auto& done) {
            if (done)
                ++committed;
            else if (done.error() == CommitFailure(Fault::overloaded))
                ++overloaded;
        });
    caller->loop().run_until_idle();
    // One may be in the writer's hands.
    EXPECT_GE(overloaded, 15U);
    EXPECT_LE(overloaded, 16U);
    EXPECT_EQ(committed, 0U);
    EXPECT_GE(store->queued_writes(), 3U);
    EXPECT_LE(store->queued_writes(), 4U);
    EXPECT_EQ(store->queued_reads(), 0U);
    other.run("ROLLBACK");
    close_after_running();
    EXPECT_EQ(committed + overloaded, 20U);
}

TEST_F(SqliteFault, TheStoreFinishesWhatWaitsBeforeItEnds) {
    open();
    unsigned committed = 0;
    for (unsigned i = 0; i < 200; ++i)
        spawn(caller->loop(), store->commit(Change().put(line(i, 0), 0)),
              [&](const auto& done) { committed += done ? 1 : 0; });
    caller->loop().run_until_idle();
    close_after_running();
    EXPECT_EQ(committed, 200U);
    open();
    for (unsigned i = 0; i < 200; ++i)
        ASSERT_EQ(caller->version(number(i)), 1U);
}

TEST_F(SqliteFault, ARowThatCannotBeReadHarmsNoOther) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0).put(line(2, 0), 0)));
    RawSqlite(config.path)
        .run("UPDATE lines SET body = '{\"number\":7' WHERE id = '" + number(1).e164() + "'");
    const std::vector<ports::Key> keys{number(1)};
    const auto loaded = caller->loop().wait_for(store->load(keys));
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error(), Fault::unavailable);
    EXPECT_EQ(log.count("store_row_unreadable"), 1U);
    EXPECT_EQ(caller->find<core::Line>(number(2)), line(2, 0));
}

TEST_F(SqliteFault, AValueBeyondAllBoundsFailsAlone) {
    open();
    expect_fault(Fault::unavailable,
                 Change().put(line(1, 0), 0).put(binding("huge", std::string(17 * 1024 * 1024, 'x')), 0));
    EXPECT_EQ(caller->version(number(1)), 0U);
    EXPECT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
}

TEST_F(SqliteFault, BatchesAndConflictsAreCounted) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
    EXPECT_TRUE(caller->conflicts(Change().put(line(1, 0), 0)));
    close();
    EXPECT_EQ(meter.batched, 2U);
    EXPECT_EQ(meter.conflicts, 1U);
}

} // namespace
} // namespace dialproof::test
