// A whole world for use cases in memory: one store that can be made to fail, and one scheduler that can be
// made to run waiting callers in any order.
#pragma once

#include "base/task.h"
#include "flows/proofs.h"
#include "flows/users.h"
#include "flows/world.h"
#include "ports/code_of.h"
#include "ports/test_fakes.h"
#include "stores/memory/memory_store.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::flows {

// Runs coroutines of one thread in an order that a seed chooses: each step picks who goes next.
class SeededOrder final : public Executor {
public:
    explicit SeededOrder(std::uint64_t seed) : state_(seed) {}

    void post(std::coroutine_handle<> work) override { ready_.push_back(work); }

    void run_until_idle() {
        while (!ready_.empty()) {
            state_ = state_ * 6364136223846793005U + 1442695040888963407U;
            const auto chosen = ready_.begin() + static_cast<std::ptrdiff_t>((state_ >> 33) % ready_.size());
            const auto work = *chosen;
            ready_.erase(chosen);
            work.resume();
        }
    }

    template <typename T>
    T wait_for(Task<T> task) {
        std::optional<T> result;
        spawn(*this, std::move(task), [&result](T value) { result.emplace(std::move(value)); });
        run_until_idle();
        return std::move(result.value());
    }

    // All of them at once; their answers in the order they were given.
    template <typename T>
    std::vector<T> wait_for_all(std::vector<Task<T>> tasks) {
        std::vector<std::optional<T>> results(tasks.size());
        for (std::size_t i = 0; i < tasks.size(); ++i)
            spawn(*this, std::move(tasks[i]),
                  [&results, i](T value) { results[i].emplace(std::move(value)); });
        run_until_idle();
        std::vector<T> answers;
        for (auto& result : results)
            answers.push_back(std::move(result.value()));
        return answers;
    }

private:
    std::vector<std::coroutine_handle<>> ready_;
    std::uint64_t state_;
};

// What a store may do instead of its work.
enum class Trouble {
    conflict,
    overloaded,
    unavailable,
    unknown_not_stored, // unknown_outcome, and nothing was done
    unknown_stored,     // unknown_outcome, and it was done
};

// Hands each call on to `inner` unless told otherwise, and counts loads and commits.
class FaultyStore final : public ports::PassingStore {
public:
    using PassingStore::PassingStore;

    // The n-th load or commit from now on, counted from 1, meets that trouble.
    void trouble_at(unsigned call, Trouble trouble) { trouble_ = {calls() + call, trouble}; }
    // Every commit from now on is a conflict.
    void storm() { storm_ = true; }

    [[nodiscard]] unsigned calls() const { return loads + commits; }
    unsigned loads = 0, commits = 0;
    std::set<ports::Key> keys_stored; // whatever any commit wanted to put

    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override {
        ++loads;
        const auto trouble = met();
        if (trouble && *trouble != Trouble::conflict) // a read has no version that could move
            co_return fail(fault_of(*trouble));
        auto loaded = co_await inner_.load(std::move(keys));
        co_return loaded;
    }

    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override {
        ++commits;
        for (const auto& put : changes.puts)
            keys_stored.insert(ports::key_of(*put.row));
        const auto trouble = storm_ ? std::optional(Trouble::conflict) : met();
        if (trouble && *trouble != Trouble::unknown_stored)
            co_return fail(ports::CommitFailure(fault_of(*trouble)));
        auto committed = co_await inner_.commit(std::move(changes));
        if (trouble && committed)
            co_return fail(ports::CommitFailure(ports::Fault::unknown_outcome));
        co_return committed;
    }

private:
    [[nodiscard]] std::optional<Trouble> met() const {
        return trouble_ && trouble_->first == calls() ? std::optional(trouble_->second) : std::nullopt;
    }
    static ports::Fault fault_of(Trouble trouble) {
        switch (trouble) {
        case Trouble::conflict:
            return ports::Fault::conflict;
        case Trouble::overloaded:
            return ports::Fault::overloaded;
        case Trouble::unavailable:
            return ports::Fault::unavailable;
        case Trouble::unknown_not_stored:
        case Trouble::unknown_stored:
            return ports::Fault::unknown_outcome;
        }
        std::abort();
    }

    std::optional<std::pair<unsigned, Trouble>> trouble_;
    bool storm_ = false;
};

// All that use cases left behind. Messages are without their ids, which differ from try to try.
struct Snapshot {
    std::map<ports::Key, ports::Row> rows;
    std::vector<ports::EventRecord> events;
    std::vector<ports::Message> messages;

    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

inline core::Rules open_rules() {
    core::Rules rules;
    for (const char* name : {"default", "brand"}) {
        core::Policy policy;
        policy.service = core::ServiceName(name);
        policy.countries = {"*"};
        rules.services.emplace(policy.service, policy);
    }
    return rules;
}

// No limits of any kind, for tests of something else.
inline core::Rules rules_without_limits() {
    core::Rules rules = open_rules();
    for (auto& [name, policy] : rules.services) {
        policy.guesses = 1'000'000;
        policy.sends_per_caller = policy.sends_per_country = policy.sends_per_service = {};
        policy.checks_per_caller = {};
    }
    rules.line.send_gaps.clear();
    rules.line.sends.clear();
    rules.line.guesses.clear();
    rules.line.guesses_in_row_max = 1'000'000;
    return rules;
}

inline core::NumberFacts mobile(const std::string& e164, const std::string& region = "CH") {
    return {*core::PhoneNumber::parse(e164), core::NumberType::mobile, region};
}

inline Caller anybody(const std::string& address = "192.0.2.1") {
    return {core::Principal{}, address, "django", "en"};
}
inline Caller administrator() {
    Caller caller{core::Principal{}, "192.0.2.200", "zitadel", "en"};
    caller.principal.administrator = true;
    return caller;
}
inline Caller person(const core::UserId& id) {
    Caller caller{core::Principal{}, "192.0.2.1", "zitadel", "en"};
    caller.principal.user = id;
    return caller;
}
inline Caller back_end(std::set<core::Permission> permissions, const std::string& service = "default") {
    Caller caller{core::Principal{}, "192.0.2.201", "zitadel", "en"};
    caller.principal.permissions = std::move(permissions);
    caller.principal.service = core::ServiceName(service);
    return caller;
}

// The reason of a refusal, or its fault, or "granted": what tests compare.
template <typename T>
std::string outcome(const Answer<T>& answer) {
    if (answer)
        return "granted";
    if (const auto* refused = std::get_if<core::Refused>(&answer.error()))
        return std::string(to_text(refused->reason));
    return std::string(to_text(std::get<ports::Fault>(answer.error())));
}

template <typename T>
core::Refused refusal(const Answer<T>& answer) {
    return std::get<core::Refused>(answer.error());
}

struct TestWorld {
    explicit TestWorld(core::Rules with = open_rules(), std::uint64_t seed = 1) :
        order(seed), rules(std::move(with)) {}

    SeededOrder order;
    stores::MemoryStore memory;
    FaultyStore store{memory};
    ports::MixingKeys keys;
    ports::ManualClock clock;
    ports::CountingRandom random;
    ports::RecordingMeter meter;
    ports::CountingOutbox outbox;
    core::RuleBook rules;
    World world{store, keys, clock, random, meter, outbox, rules};
    Proofs proofs{world};
    Users users{world};

    template <typename T>
    T wait(Task<T> task) {
        return order.wait_for(std::move(task));
    }

    // The row as it is stored, past all trouble.
    template <typename T, typename K>
    std::optional<T> stored(const K& key) {
        const auto loaded = wait(memory.load({ports::Key(key)}));
        const T* row = loaded->template find<T>(key);
        return row ? std::optional(*row) : std::nullopt;
    }
    core::Verification verification(const core::VerificationId& id) {
        return stored<core::Verification>(id).value();
    }
    core::Line line(const core::PhoneNumber& number) {
        return stored<core::Line>(number).value_or(core::Line{number, {}, {}, 0});
    }
    std::vector<ports::Message> messages(const core::VerificationId& id) {
        return *wait(memory.messages_of(id));
    }
    std::vector<ports::EventRecord> events(ports::StreamKind kind, const std::string& stream) {
        return *wait(memory.events_of(kind, stream));
    }
    std::vector<std::string> event_types(ports::StreamKind kind, const std::string& stream) {
        std::vector<std::string> types;
        for (const auto& event : events(kind, stream))
            types.push_back(event.type);
        return types;
    }

    Snapshot snapshot() {
        Snapshot seen;
        const std::vector<ports::Key> keys_stored(store.keys_stored.begin(), store.keys_stored.end());
        const auto loaded = wait(memory.load(keys_stored));
        for (const auto& [key, row] : loaded->rows()) {
            if (row.row)
                seen.rows.emplace(key, *row.row);
            if (const auto* id = std::get_if<core::VerificationId>(&key)) {
                add_events(seen, ports::StreamKind::verification, id->text);
                for (auto& message : messages(*id)) {
                    message.id = core::MessageId{};
                    seen.messages.push_back(std::move(message));
                }
            }
            if (const auto* id = std::get_if<core::UserId>(&key))
                add_events(seen, ports::StreamKind::user, id->text);
        }
        return seen;
    }

    // The code that the person was sent, and one that is not it.
    std::string code_of(const core::VerificationId& id) {
        return ports::code_of(verification(id), keys).value().reveal();
    }
    std::string wrong_code(const core::VerificationId& id) {
        std::string code = code_of(id);
        code.back() = code.back() == '0' ? '1' : '0';
        return code;
    }

private:
    void add_events(Snapshot& seen, ports::StreamKind kind, const std::string& stream) {
        for (auto& event : events(kind, stream))
            seen.events.push_back(std::move(event));
    }
};

} // namespace dialproof::flows
