// Load, plan, commit, answer: the one loop that every use case runs in.
//
// A plan is a function of a Draft, without waiting: it may be called again when a row it asked for was
// not loaded yet, or when a version moved. Its answer leaves after its changes are stored; those of a
// refusal only where the plan says so, as it does for a guess: no guess is free. Nothing is stored after
// `deadline`.
#pragma once

#include "base/task.h"
#include "flows/answer.h"
#include "flows/draft.h"
#include "flows/world.h"

#include <optional>
#include <utility>
#include <vector>

namespace dialproof::flows {

// Parallel callers on one row each win once in so many rounds, or are told to come again.
inline constexpr unsigned commit_attempts_max = 16;

// What a commit's failure means for the caller: limits refuse by the rules, the rest is the world.
Failure failure_of(const ports::CommitFailure& failure);

template <typename T, typename Plan>
Task<Answer<T>> transact(World world, std::vector<ports::Key> keys, Plan plan,
                         std::optional<Instant> deadline = {}) {
    for (unsigned attempt = 0; attempt < commit_attempts_max; ++attempt) {
        auto loaded = co_await world.store.load(keys);
        if (!loaded)
            co_return fail(Failure(loaded.error()));
        Draft draft(std::move(*loaded), world.rules.now(), world.clock.now());
        Answer<T> answer = plan(draft);
        if (!draft.missing().empty()) {
            keys.insert(keys.end(), draft.missing().begin(), draft.missing().end());
            continue;
        }
        if (draft.empty() || (!answer && !draft.stands_when_refused()))
            co_return answer;
        if (deadline && world.clock.now() >= *deadline)
            co_return fail(Failure(ports::Fault::unavailable));
        const auto used = draft.used_code();
        auto changes = draft.take();
        const bool sends = !changes.messages.empty();
        std::vector<ports::ClaimedMessage> leased;
        if (sends)
            leased = world.outbox.lease(changes.messages, changes.now);
        const auto committed = co_await world.store.commit(std::move(changes));
        if (committed) {
            if (sends)
                world.outbox.committed(std::move(leased));
            if (used)
                world.outbox.code_used(*used);
            co_return answer;
        }
        const auto* fault = std::get_if<ports::Fault>(&committed.error());
        if (!fault || *fault != ports::Fault::conflict)
            co_return fail(failure_of(committed.error()));
    }
    co_return fail(Failure(ports::Fault::overloaded));
}

} // namespace dialproof::flows
