// A store in front of another: it remembers what was written and looked for last, also that a row was not
// there. The other store is served by this process alone.
//
// What it answers is as current as what the other store would: a row is forgotten before it changes, and
// comes back with its new version once the change is stored. Command line tools may write beside it; what
// they change is ended (prune) or not kept here (credentials), and no row is kept for longer than `age_max`.
//
// Its size is fixed: a row may be in one of a few places, which its key chooses, and takes the oldest. Beside
// them it knows of each number whether it may have a line: most of those who come have none yet.
#pragma once

#include "ports/passing_store.h"
#include "stores/cache/number_filter.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace dialproof::stores {

class CachedStore final : public ports::PassingStore {
public:
    static constexpr std::size_t entries_usual = 8192;
    static constexpr std::chrono::seconds age_max{60};

    // `entries` is a power of two, 4 or more.
    explicit CachedStore(ports::Store& inner, std::size_t entries = entries_usual);

    // Learns which numbers have a line, so that nobody asks for the line of another one; called once. Where
    // the other store fails it gives up, and each line is asked for.
    Task<void> learn_numbers();
    // It ends soon. Any thread.
    void stop_learning() { learning_ = false; }

    // From memory where all rows are known there; otherwise all from the other store, since what is read
    // together must have been true together.
    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override;
    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override;
    Task<Result<ports::Pruned, ports::Fault>> prune(ports::Retention retention) override;

private:
    using Clock = std::chrono::steady_clock;

    struct Entry {
        std::size_t hash = 0;
        ports::Key key;
        ports::Stored stored;
        Clock::time_point until{}; // means nothing from then on
    };
    static constexpr std::size_t ways = 4;
    struct Set {
        std::array<Entry, ways> entries;
        std::size_t next = 0; // to be taken
    };
    // What happens to the rows of some keys: a row that comes from the other store is kept only where nothing
    // happened since it was asked for. Keys that share one by chance only lose a row now and then.
    struct Trail {
        std::uint32_t changes = 0; // beginnings and ends of writing so far
        std::uint32_t writing = 0;
    };
    // A key, and its trail as it was when its row was asked for or its writing began.
    struct Step {
        std::size_t hash;
        std::uint32_t changes;
        bool quiet; // nobody else was writing
    };

    Set& set_of(std::size_t hash) { return sets_[hash & (sets_.size() - 1)]; }
    Trail& trail_of(std::size_t hash) { return trails_[(hash >> 20) & (trails_.size() - 1)]; }
    Entry* find(const ports::Key& key, std::size_t hash);
    void keep(const ports::Key& key, std::size_t hash, const ports::Stored& stored, Clock::time_point until);
    bool has_no_line(const ports::Key& key) const;

    std::optional<ports::Loaded> find_all(const std::vector<ports::Key>& keys, std::vector<Step>& steps);
    void keep_loaded(const ports::Loaded& loaded, const std::vector<Step>& steps);
    std::vector<Step> begin_writing(const ports::Changes& changes);
    void end_writing(const std::vector<ports::Put>& written, const std::vector<std::uint64_t>& versions,
                     const std::vector<Step>& steps);

    std::mutex mutex_;
    std::vector<Set> sets_;
    std::vector<Trail> trails_;
    NumberFilter numbers_; // written here, or learnt
    bool numbers_learnt_ = false;
    std::atomic<bool> learning_{true};
};

} // namespace dialproof::stores
