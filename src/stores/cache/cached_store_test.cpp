#include "stores/cache/cached_store.h"

#include "base/run_loop.h"
#include "stores/memory/memory_store.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::stores {
namespace {

using ports::Fault;
using ports::Key;

// Counts loads, and holds calls up between their work and their answer, or before both, until they are let
// go.
class SlowStore final : public ports::PassingStore {
public:
    using PassingStore::PassingStore;

    Task<Result<ports::Loaded, Fault>> load(std::vector<Key> keys) override {
        ++loads;
        auto loaded = co_await inner_.load(std::move(keys));
        co_await hold(hold_loads);
        co_return loaded;
    }
    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override {
        auto committed = co_await inner_.commit(std::move(changes));
        co_await hold(hold_commits);
        if (lose_outcomes)
            co_return fail(ports::CommitFailure(Fault::unknown_outcome));
        co_return committed;
    }

    // The oldest that is held.
    void let_go() {
        const auto first = held_.front();
        held_.erase(held_.begin());
        first(true);
    }

    int loads = 0;
    bool hold_loads = false, hold_commits = false, lose_outcomes = false;

private:
    Task<void> hold(bool held) {
        if (!held)
            co_return;
        auto wait = suspend_until<bool>([this](Completer<bool> done) { held_.push_back(done); });
        co_await wait;
    }

    std::vector<Completer<bool>> held_;
};

class CachedStoreTest : public testing::Test {
protected:
    static ports::Binding binding(const std::string& name, const std::string& target) {
        return ports::Binding{core::BindingName(name), target};
    }
    static ports::Changes put(ports::Row row, std::uint64_t expected) {
        ports::Changes changes;
        changes.puts.push_back({std::move(row), expected});
        return changes;
    }
    static Key key(const std::string& name) { return core::BindingName(name); }

    bool commit(ports::Changes changes) {
        return loop.wait_for(cached.commit(std::move(changes))).has_value();
    }
    ports::Loaded load(std::vector<Key> keys) { return loop.wait_for(cached.load(std::move(keys))).value(); }
    std::string target(const std::string& name) {
        const auto row = load({key(name)});
        const auto* found = row.find<ports::Binding>(core::BindingName(name));
        return found ? found->target : "";
    }
    // Begins, and goes on as far as it can.
    template <typename T>
    void begin(Task<T> task, std::optional<T>& answer) {
        spawn(loop, std::move(task), [&answer](T value) { answer.emplace(std::move(value)); });
        loop.run_until_idle();
    }

    RunLoop loop;
    MemoryStore memory;
    SlowStore slow{memory};
    CachedStore cached{slow, 64};
    std::optional<Result<ports::Loaded, Fault>> loaded;
    std::optional<Result<ports::Committed, ports::CommitFailure>> committed, other;
};

TEST_F(CachedStoreTest, WhatWasWrittenIsReadWithoutTheOtherStore) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    ASSERT_TRUE(commit(put(binding("a", "2"), 1)));
    EXPECT_EQ(target("a"), "2");
    EXPECT_EQ(load({key("a")}).version(key("a")), 2U);
    EXPECT_EQ(slow.loads, 0);
}

TEST_F(CachedStoreTest, WhatWasReadIsReadOnceAndSoIsWhatIsNotThere) {
    ASSERT_TRUE(loop.wait_for(memory.commit(put(binding("a", "1"), 0))));
    for (int i = 0; i < 3; ++i) {
        const auto both = load({key("a"), key("b")});
        EXPECT_EQ(both.version(key("a")), 1U);
        EXPECT_EQ(both.version(key("b")), 0U);
    }
    EXPECT_EQ(slow.loads, 1);
}

class LinesOfCachedStore : public CachedStoreTest {
protected:
    static core::Line line(unsigned n) { return core::Line{*core::PhoneNumber::parse(text(n)), {}, {}, n}; }
    static Key number(unsigned n) { return *core::PhoneNumber::parse(text(n)); }
    void store_inside(unsigned count) {
        ports::Changes changes;
        for (unsigned n = 0; n < count; ++n)
            changes.puts.push_back({line(n), 0});
        ASSERT_TRUE(loop.wait_for(memory.commit(std::move(changes))));
    }
    void learn() {
        spawn(loop, cached.learn_numbers());
        loop.run_until_idle();
    }
    std::uint64_t version(unsigned n) { return load({number(n)}).version(number(n)); }

private:
    static std::string text(unsigned n) { return "+417" + std::to_string(10'000'000 + n); }
};

TEST_F(LinesOfCachedStore, OfANumberThatNeverCameAreNotAskedFor) {
    store_inside(3);
    EXPECT_EQ(version(10), 0U);
    EXPECT_EQ(slow.loads, 1) << "as long as nothing is learnt";
    learn();
    EXPECT_EQ(version(11), 0U);
    EXPECT_EQ(slow.loads, 1);
}

TEST_F(LinesOfCachedStore, AreFoundHoweverManyThereAre) {
    constexpr unsigned many = 2500;
    store_inside(many);
    learn();
    for (unsigned n = 0; n < many; ++n)
        ASSERT_EQ(version(n), 1U) << n;
}

TEST_F(LinesOfCachedStore, AreFoundWhereTheyCameAfterTheLearning) {
    learn();
    ASSERT_TRUE(commit(put(line(1), 0)));
    EXPECT_EQ(version(1), 1U);
}

// As where somebody else wrote to the other store, which nobody may: then one attempt is lost, not the use
// case.
TEST_F(LinesOfCachedStore, AreAskedForAfterAConflict) {
    learn();
    store_inside(1);
    EXPECT_FALSE(commit(put(line(0), version(0))));
    EXPECT_EQ(version(0), 1U);
}

TEST_F(LinesOfCachedStore, AreAskedForWhileTheyAreWritten) {
    learn();
    slow.hold_commits = true;
    begin(cached.commit(put(line(1), 0)), committed);
    EXPECT_EQ(version(1), 1U);
    EXPECT_EQ(slow.loads, 1);
    slow.let_go();
    loop.run_until_idle();
}

TEST_F(CachedStoreTest, RowsOfWhichOneIsUnknownAreReadTogether) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    const auto both = load({key("a"), key("b")});
    EXPECT_EQ(both.version(key("a")), 1U);
    EXPECT_EQ(slow.loads, 1);
}

TEST_F(CachedStoreTest, ARowIsNotKnownWhileItIsWritten) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    slow.hold_commits = true;
    begin(cached.commit(put(binding("a", "2"), 1)), committed);
    EXPECT_EQ(target("a"), "2") << "it is stored already, though nobody was told";
    EXPECT_EQ(slow.loads, 1);
    EXPECT_EQ(target("a"), "2");
    EXPECT_EQ(slow.loads, 2) << "what is read meanwhile is not kept";
    slow.let_go();
    loop.run_until_idle();
    EXPECT_EQ(target("a"), "2");
    EXPECT_EQ(slow.loads, 2);
}

TEST_F(CachedStoreTest, ALoadThatACommitOvertookIsNotKept) {
    ASSERT_TRUE(loop.wait_for(memory.commit(put(binding("a", "1"), 0))));
    slow.hold_loads = true;
    begin(cached.load({key("a")}), loaded);
    ASSERT_FALSE(loaded);
    ASSERT_TRUE(commit(put(binding("a", "2"), 1)));
    slow.let_go();
    loop.run_until_idle();
    EXPECT_EQ(loaded.value().value().version(key("a")), 1U) << "this one came before";
    slow.hold_loads = false;
    EXPECT_EQ(target("a"), "2");
}

TEST_F(CachedStoreTest, OfTwoThatWriteAtOnceNeitherIsKept) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    slow.hold_commits = true;
    begin(cached.commit(put(binding("a", "2"), 1)), committed);
    begin(cached.commit(put(binding("a", "3"), 2)), other);
    slow.let_go();
    slow.let_go();
    loop.run_until_idle();
    ASSERT_TRUE(committed.value().has_value() && other.value().has_value());
    EXPECT_EQ(target("a"), "3");
    EXPECT_EQ(slow.loads, 1);
}

TEST_F(CachedStoreTest, WhatOneWroteBeforeIsNotKeptWhenHeIsToldAfterTheNext) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    slow.hold_commits = true;
    begin(cached.commit(put(binding("a", "2"), 1)), committed);
    slow.hold_commits = false;
    ASSERT_TRUE(commit(put(binding("a", "3"), 2)));
    slow.let_go();
    loop.run_until_idle();
    EXPECT_EQ(target("a"), "3");
}

TEST_F(CachedStoreTest, AConflictIsReadAgain) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    ASSERT_TRUE(loop.wait_for(memory.commit(put(binding("a", "2"), 1)))); // by a command line tool
    EXPECT_EQ(target("a"), "1");
    EXPECT_FALSE(commit(put(binding("a", "3"), 1)));
    EXPECT_EQ(target("a"), "2");
}

TEST_F(CachedStoreTest, WhatMayBeStoredIsReadAgain) {
    slow.lose_outcomes = true;
    EXPECT_FALSE(commit(put(binding("a", "1"), 0)));
    EXPECT_EQ(target("a"), "1");
    EXPECT_EQ(slow.loads, 1);
}

TEST_F(CachedStoreTest, WhatWasErasedIsGone) {
    ASSERT_TRUE(commit(put(binding("a", "1"), 0)));
    ports::Changes erasing;
    erasing.erases.push_back({key("a"), 1});
    ASSERT_TRUE(commit(erasing));
    EXPECT_EQ(target("a"), "");
}

TEST_F(CachedStoreTest, WhatWasPrunedIsReadAgain) {
    const core::Line line{*core::PhoneNumber::parse("+41791234567"), {Instant(Milliseconds(10))}, {}, 0};
    ASSERT_TRUE(commit(put(line, 0)));
    const auto pruned =
        loop.wait_for(cached.prune(ports::Retention{Instant(Milliseconds(20)), Instant(Milliseconds(20))}));
    ASSERT_EQ(pruned.value().lines, 1U);
    EXPECT_EQ(load({line.number}).version(line.number), 0U);
}

TEST_F(CachedStoreTest, CredentialsAreNotKept) {
    ports::Credential credential;
    credential.hash = core::CredentialHash("h");
    ASSERT_TRUE(commit(put(credential, 0)));
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(load({credential.hash}).version(credential.hash), 1U);
    EXPECT_EQ(slow.loads, 2);
}

TEST_F(CachedStoreTest, NoMoreIsKeptThanItHasRoomFor) {
    constexpr int rows = 1000;
    for (int i = 0; i < rows; ++i)
        ASSERT_TRUE(commit(put(binding(std::to_string(i), "1"), 0)));
    for (int i = rows; i-- > 0;)
        EXPECT_EQ(target(std::to_string(i)), "1");
    EXPECT_GE(slow.loads, rows - 64);
    EXPECT_LT(slow.loads, rows) << "the newest are known";
}

} // namespace
} // namespace dialproof::stores
