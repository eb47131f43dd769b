// Random commits against a plain map that says what a store would hold.
#include "store_under_test.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

namespace dialproof::test {
namespace {

constexpr unsigned names = 4;

ports::Key key_number(unsigned n) {
    return n % 2 == 0 ? ports::Key(number(n)) : ports::Key(name("n" + std::to_string(n)));
}

ports::Row row_number(unsigned n, unsigned content) {
    if (n % 2 == 0)
        return line(n, content);
    return binding("n" + std::to_string(n), std::to_string(content));
}

class Model {
public:
    bool fits(const ports::Changes& changes) {
        Model after = *this;
        for (const auto& put : changes.puts) {
            auto& stored = after.rows_[ports::key_of(*put.row)];
            if (stored.version != put.expected)
                return false;
            stored = {put.row, put.expected + 1};
        }
        for (const auto& erase : changes.erases) {
            auto& stored = after.rows_[erase.key];
            if (stored.version != erase.expected)
                return false;
            stored = {};
        }
        for (const auto& each : changes.events)
            if (!after.sequences_.emplace(each.sequence, each).second)
                return false;
        *this = after;
        return true;
    }

    // The store chooses the version of a new row, above all that the key had; from there on it counts.
    void compare(Caller& caller) {
        for (unsigned n = 0; n < names; ++n) {
            const ports::Key key = key_number(n);
            const auto loaded = caller.load({key}).rows().at(0).second;
            auto& expected = rows_[key];
            RC_ASSERT(loaded.row == expected.row);
            if (loaded.version != expected.version) {
                RC_ASSERT(expected.version == 1U);
                RC_ASSERT(loaded.version > highest_[key]);
                expected.version = loaded.version;
            }
            highest_[key] = std::max(highest_[key], loaded.version);
        }
        std::vector<ports::EventRecord> events;
        for (const auto& [sequence, each] : sequences_)
            events.push_back(each);
        RC_ASSERT(caller.events(ports::StreamKind::verification, "v") == events);
    }

    std::uint64_t version(const ports::Key& key) { return rows_[key].version; }

private:
    std::map<ports::Key, ports::Stored> rows_;
    std::map<ports::Key, std::uint64_t> highest_;
    std::map<std::uint64_t, ports::EventRecord> sequences_;
};

// Mostly the version that is there, sometimes another.
std::uint64_t guess_version(std::uint64_t version) {
    return *rc::gen::weightedElement<std::uint64_t>({{6, version}, {1, version + 1}, {1, 0}});
}

ports::Changes any_changes(Model& model) {
    Change change;
    std::set<unsigned> used;
    const auto count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
        const auto n = *rc::gen::inRange(0U, names);
        if (!used.insert(n).second)
            continue;
        const auto expected = guess_version(model.version(key_number(n)));
        if (*rc::gen::weightedElement<bool>({{3, true}, {1, false}}))
            change.put(row_number(n, *rc::gen::inRange(0U, 100U)), expected);
        else
            change.erase(key_number(n), expected);
    }
    if (*rc::gen::arbitrary<bool>())
        change.event(event("v", *rc::gen::inRange<std::uint64_t>(1, 12)));
    return change;
}

class StoreModel : public testing::TestWithParam<Adapter> {};

INSTANTIATE_TEST_SUITE_P(Stores, StoreModel, testing::ValuesIn(adapters()),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_P(StoreModel, AStoreHoldsWhatItsCommitsSay) {
    const bool held = rc::check([] {
        const auto made = GetParam().make();
        Caller caller(made->store());
        Model model;
        const auto steps = *rc::gen::inRange(1, 20);
        for (int i = 0; i < steps; ++i) {
            const ports::Changes changes = any_changes(model);
            const bool fits = model.fits(changes);
            const auto done = caller.commit(changes);
            RC_ASSERT(done.has_value() == fits);
            if (!done)
                RC_ASSERT(done.error() == ports::CommitFailure(ports::Fault::conflict));
            model.compare(caller);
        }
    });
    EXPECT_TRUE(held);
}

} // namespace
} // namespace dialproof::test
