// What the suites of the store port share: the adapters, a way to call them, and rows to store.
#pragma once

#include "base/run_loop.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/store.h"
#include "stores/sqlite/sqlite_store.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace dialproof::test {

class TempFolder {
public:
    TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder();
    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class CountingMeter final : public ports::Meter {
public:
    void verification_started(std::string_view, std::string_view) override {}
    void code_checked(std::string_view, std::string_view) override {}
    void refused(std::string_view, std::string_view) override {}
    void message_settled(std::string_view, std::string_view) override {}
    void parts_sent(std::string_view, unsigned) override {}
    void cost(std::string_view, const ports::Price&) override {}
    void commit_batch(std::size_t commits, std::chrono::microseconds, std::size_t) override {
        ++batches;
        batched += commits;
    }
    void commit_conflict() override { ++conflicts; }

    std::atomic<std::size_t> batches{0}, batched{0}, conflicts{0};
};

class RecordingLog final : public ports::Log {
public:
    void write(ports::LogLevel, std::string_view event, std::initializer_list<ports::LogField>) override {
        const std::lock_guard lock(mutex_);
        events_.emplace_back(event);
    }
    [[nodiscard]] std::size_t count(std::string_view event) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> events_;
};

// Calls a store from this thread and waits for each answer. Each thread has its own.
class Caller {
public:
    explicit Caller(ports::Store& store) : store_(store) {}

    Result<ports::Committed, ports::CommitFailure> commit(const ports::Changes& changes) {
        return loop_.wait_for(store_.commit(changes));
    }
    [[nodiscard]] bool commits(const ports::Changes& changes) { return commit(changes).has_value(); }
    // The versions of its puts.
    std::vector<std::uint64_t> versions_of(const ports::Changes& changes) {
        return commit(changes).value().versions;
    }
    // True where it was refused for a version or sequence.
    [[nodiscard]] bool conflicts(const ports::Changes& changes) {
        const auto done = commit(changes);
        return !done && done.error() == ports::CommitFailure(ports::Fault::conflict);
    }
    ports::Loaded load(const std::vector<ports::Key>& keys) {
        return loop_.wait_for(store_.load(keys)).value();
    }
    [[nodiscard]] std::uint64_t version(const ports::Key& key) { return load({key}).version(key); }
    template <typename T, typename K>
    std::optional<T> find(const K& key) {
        const ports::Loaded loaded = load({key});
        const T* found = loaded.find<T>(key);
        return found ? std::optional<T>(*found) : std::nullopt;
    }
    std::vector<ports::ClaimedMessage> claim(unsigned limit, Milliseconds lease, Instant now) {
        return loop_.wait_for(store_.claim_messages(limit, lease, now)).value();
    }
    Result<ports::Committed, ports::Fault> settle(const ports::Message& message, const std::string& lease) {
        return loop_.wait_for(store_.settle_message(ports::Settlement{message, lease}));
    }
    [[nodiscard]] bool settle_by_reference(const ports::Message& message, const std::string& lease) {
        return loop_.wait_for(store_.settle_message(ports::Settlement{message, lease, true})).has_value();
    }
    ports::Recorded record(const ports::Receipt& receipt) {
        return loop_.wait_for(store_.record_receipt(receipt)).value();
    }
    // The state that a receipt brought the message to; nothing where it told nothing new.
    std::optional<ports::MessageState> receive(const std::string& message, ports::MessageState state,
                                               Instant at) {
        const auto recorded = record({core::MessageId(message), state, at, "by_receipt"});
        return recorded.changed ? std::optional(recorded.state) : std::nullopt;
    }
    // "message attempt", newest first.
    std::vector<std::string> sent_to(const std::string& provider, const std::vector<std::string>& references,
                                     const std::optional<core::PhoneNumber>& to) {
        std::vector<std::string> found;
        const auto all = loop_.wait_for(store_.sent_references(provider, references, to, 10)).value();
        for (const auto& sent : all)
            found.push_back(sent.message.text + " " + std::to_string(sent.attempt));
        return found;
    }
    std::vector<core::VerificationId> verifications_of(const core::PhoneNumber& number, unsigned limit) {
        return loop_.wait_for(store_.verifications_of(number, limit)).value();
    }
    std::optional<Instant> next_due() { return loop_.wait_for(store_.next_due()).value(); }
    std::vector<ports::EventRecord> events(ports::StreamKind kind, const std::string& stream) {
        return loop_.wait_for(store_.events_of(kind, stream)).value();
    }
    std::vector<ports::Message> messages(const std::string& verification) {
        return loop_.wait_for(store_.messages_of(core::VerificationId(verification))).value();
    }
    ports::Message message(const std::string& verification, std::size_t index = 0) {
        return messages(verification).at(index);
    }
    std::vector<core::PhoneNumber> line_numbers(std::optional<core::PhoneNumber> after, unsigned limit) {
        return loop_.wait_for(store_.line_numbers(std::move(after), limit)).value();
    }
    std::vector<core::UserId> users_of(const core::PhoneNumber& number, unsigned limit) {
        std::vector<core::UserId> ids;
        const auto found = loop_.wait_for(store_.users_of(number, limit)).value();
        for (const auto& [key, stored] : found.rows()) {
            const auto& id = std::get<core::UserId>(key);
            if (stored.row.as<core::User>()->id == id && stored.version == version(id))
                ids.push_back(id);
        }
        return ids;
    }
    std::vector<ports::Credential> credentials(ports::CredentialKind kind, unsigned limit) {
        return loop_.wait_for(store_.credentials(kind, limit)).value();
    }
    ports::Pruned prune(Instant ended_before, Instant now) {
        return loop_.wait_for(store_.prune(ports::Retention{ended_before, now})).value();
    }
    Result<ports::Committed, ports::Fault> probe() { return loop_.wait_for(store_.probe()); }

    RunLoop& loop() { return loop_; }
    ports::Store& store() { return store_; }

private:
    RunLoop loop_;
    ports::Store& store_;
};

// One adapter with all it stands on.
class StoreUnderTest {
public:
    virtual ~StoreUnderTest() = default;
    virtual ports::Store& store() = 0;
};

struct Adapter {
    const char* name;
    std::unique_ptr<StoreUnderTest> (*make)();
};
const std::vector<Adapter>& adapters();
inline void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }

// A small write-ahead log, so that a test makes it go round, and short waits.
stores::SqliteConfig small_sqlite(const std::string& path);

// Rows. Moments are seconds after an arbitrary start.
Instant at(std::int64_t seconds);
core::PhoneNumber number(unsigned n); // +417900<n>, n below 1,000,000
core::Verification verification(const std::string& id);
core::User user(const std::string& id);
core::Line line(unsigned n, unsigned misses_in_row);
ports::Binding binding(const std::string& name, const std::string& target);
ports::Credential credential(const std::string& hash, ports::CredentialKind kind, Instant created_at);
ports::EventRecord event(const std::string& stream, std::uint64_t sequence);
ports::Message message(const std::string& id, Instant due_at);
// One that `provider` took.
ports::Attempt attempt(unsigned place, const std::string& provider);

// Changes at `at(0)`, put together in one line: Change().put(line, 0).event(event).changes.
struct Change {
    ports::Changes changes;

    Change() { changes.now = at(0); }
    Change& when(Instant now);
    Change& put(ports::Row row, std::uint64_t expected);
    Change& erase(ports::Key key, std::uint64_t expected);
    Change& event(ports::EventRecord record);
    Change& message(ports::NewMessage message);
    Change& charge(const std::string& limiter, core::Rate rate);
    operator const ports::Changes&() const { return changes; }
};

core::BindingName name(const std::string& text);

// Runs `work(i)` on `threads` threads at once and waits for all. What one throws, it throws.
void in_parallel(unsigned threads, const std::function<void(unsigned)>& work);

} // namespace dialproof::test
