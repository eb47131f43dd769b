#include "stores/cache/cached_store.h"

#include <cassert>
#include <functional>
#include <variant>

namespace dialproof::stores {

using namespace ports;

namespace {

constexpr std::size_t trail_count = 65'536;
constexpr unsigned numbers_a_piece = 1000;

std::size_t hash_of(const Key& key) { return std::hash<std::string>{}(text_of(key)) + key.index(); }

// Command line tools make and revoke credentials while the server runs; flows::Access remembers them shortly.
bool may_be_kept(const Key& key) { return !std::holds_alternative<core::CredentialHash>(key); }

} // namespace

CachedStore::CachedStore(Store& inner, std::size_t entries) :
    PassingStore(inner), sets_(entries / ways), trails_(trail_count) {
    assert(!sets_.empty() && (sets_.size() & (sets_.size() - 1)) == 0);
}

Task<void> CachedStore::learn_numbers() {
    std::optional<core::PhoneNumber> last;
    while (learning_) {
        auto asking = inner_.line_numbers(last, numbers_a_piece);
        const auto piece = co_await asking;
        if (!piece)
            co_return;
        const std::lock_guard lock(mutex_);
        for (const auto& number : *piece)
            numbers_.add(number);
        numbers_learnt_ = piece->size() < numbers_a_piece;
        if (numbers_learnt_)
            co_return;
        last = piece->back();
    }
}

Task<Result<Loaded, Fault>> CachedStore::load(std::vector<Key> keys) {
    std::vector<Step> steps;
    if (auto known = find_all(keys, steps))
        co_return *std::move(known);
    auto loaded = co_await inner_.load(std::move(keys));
    if (loaded)
        keep_loaded(*loaded, steps);
    co_return loaded;
}

Task<Result<Committed, CommitFailure>> CachedStore::commit(Changes changes) {
    const std::vector<Step> steps = begin_writing(changes);
    const std::vector<Put> written = changes.puts;
    auto committed = co_await inner_.commit(std::move(changes));
    end_writing(written, committed ? committed->versions : std::vector<std::uint64_t>(), steps);
    co_return committed;
}

Task<Result<Pruned, Fault>> CachedStore::prune(Retention retention) {
    auto pruned = co_await inner_.prune(retention);
    const std::lock_guard lock(mutex_);
    for (auto& set : sets_)
        for (auto& entry : set.entries)
            entry.until = {};
    for (auto& trail : trails_)
        ++trail.changes;
    co_return pruned;
}

CachedStore::Entry* CachedStore::find(const Key& key, std::size_t hash) {
    for (auto& entry : set_of(hash).entries)
        if (entry.hash == hash && entry.until != Clock::time_point() && entry.key == key)
            return &entry;
    return nullptr;
}

void CachedStore::keep(const Key& key, std::size_t hash, const Stored& stored, Clock::time_point until) {
    Entry* entry = find(key, hash);
    if (entry == nullptr) {
        Set& set = set_of(hash);
        entry = &set.entries[set.next];
        set.next = (set.next + 1) % ways;
        entry->hash = hash;
        entry->key = key;
    }
    entry->stored = stored;
    entry->until = until;
}

// Who begins to write a line has added its number before.
bool CachedStore::has_no_line(const Key& key) const {
    const auto* number = std::get_if<core::PhoneNumber>(&key);
    return number && numbers_learnt_ && !numbers_.may_have(*number);
}

// What is known, or the steps that a load of all of it begins with.
std::optional<Loaded> CachedStore::find_all(const std::vector<Key>& keys, std::vector<Step>& steps) {
    std::vector<std::pair<Key, Stored>> rows;
    rows.reserve(keys.size());
    const auto now = Clock::now();
    // Whoever would have to wait asks the other store, and keeps nothing of what it says.
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock)
        return {};
    for (const auto& key : keys) {
        const Entry* entry = find(key, hash_of(key));
        if (entry != nullptr && entry->until > now)
            rows.emplace_back(key, entry->stored);
        else if (has_no_line(key))
            rows.emplace_back(key, Stored{});
        else
            break;
    }
    if (rows.size() == keys.size())
        return Loaded(std::move(rows));
    steps.reserve(keys.size());
    for (const auto& key : keys) {
        const std::size_t hash = hash_of(key);
        const Trail& trail = trail_of(hash);
        steps.push_back({hash, trail.changes, trail.writing == 0});
    }
    return {};
}

void CachedStore::keep_loaded(const Loaded& loaded, const std::vector<Step>& steps) {
    const auto until = Clock::now() + age_max;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& [key, stored] = loaded.rows()[i];
        const auto& [hash, changes, quiet] = steps[i];
        if (quiet && trail_of(hash).changes == changes && may_be_kept(key))
            keep(key, hash, stored, until);
    }
}

// From here on nobody finds these rows, nor keeps what he loads of them.
std::vector<CachedStore::Step> CachedStore::begin_writing(const Changes& changes) {
    std::vector<Step> steps;
    steps.reserve(changes.puts.size() + changes.erases.size());
    const auto begin = [&](const Key& key) {
        const std::size_t hash = hash_of(key);
        if (const auto* number = std::get_if<core::PhoneNumber>(&key))
            numbers_.add(*number);
        if (Entry* entry = find(key, hash))
            entry->until = {};
        Trail& trail = trail_of(hash);
        steps.push_back({hash, ++trail.changes, trail.writing == 0});
        ++trail.writing;
    };
    const std::lock_guard lock(mutex_);
    for (const auto& put : changes.puts)
        begin(key_of(*put.row));
    for (const auto& erase : changes.erases)
        begin(erase.key);
    return steps;
}

// Without versions nothing was stored, or nobody knows. Of two that wrote at once, neither knows who was
// last.
void CachedStore::end_writing(const std::vector<Put>& written, const std::vector<std::uint64_t>& versions,
                              const std::vector<Step>& steps) {
    const auto until = Clock::now() + age_max;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& [hash, changes, quiet] = steps[i];
        Trail& trail = trail_of(hash);
        const bool alone = quiet && trail.changes == changes;
        ++trail.changes;
        --trail.writing;
        if (!alone || i >= versions.size())
            continue;
        const Key key = key_of(*written[i].row);
        if (may_be_kept(key))
            keep(key, hash, Stored{written[i].row, versions[i]}, until);
    }
}

} // namespace dialproof::stores
