#include "delivery/router.h"

#include <algorithm>
#include <tuple>

namespace dialproof::delivery {

namespace {

using ports::SubmitOutcome;

// One that refuses a number may lack the route to it; when a second one says the same, it is the number.
constexpr unsigned refusals_max = 2;

// It surely did not send it, and might the next time.
bool may_try_again(SubmitOutcome outcome) {
    return outcome == SubmitOutcome::throttled || outcome == SubmitOutcome::unavailable ||
           outcome == SubmitOutcome::misconfigured;
}

// How often that provider had the message; nothing where it must not have it again.
std::optional<unsigned> times_tried(const ports::Message& message, std::string_view provider) {
    unsigned times = 0;
    for (const auto& attempt : message.tries) {
        if (attempt.provider != provider)
            continue;
        if (!may_try_again(attempt.outcome))
            return {};
        ++times;
    }
    return times;
}

unsigned refusals(const ports::Message& message) {
    return static_cast<unsigned>(
        std::count_if(message.tries.begin(), message.tries.end(),
                      [](const auto& attempt) { return attempt.outcome == SubmitOutcome::refused; }));
}

// A text that went out by it, and of whose arrival nothing is known.
bool lost_one(const std::vector<ports::Message>& messages, std::string_view provider) {
    for (const auto& message : messages)
        for (const auto& attempt : message.tries)
            if (attempt.provider == provider && attempt.told != ports::MessageState::delivered)
                return true;
    return false;
}

} // namespace

Choice Router::choose(const ports::Message& message, const core::NumberFacts& facts,
                      const std::vector<ports::Message>& earlier, Instant now) const {
    const auto table = std::atomic_load(&table_);
    const Route& route = table->find(facts.region, facts.type);
    Choice choice;
    choice.route = route.name;
    choice.sender_id = route.sender_id;
    if (refusals(message) >= refusals_max)
        return choice;

    struct Candidate {
        unsigned times;
        bool lost;
        const std::string* provider;
    };
    std::optional<Candidate> best;
    for (const auto& name : route.providers) {
        const auto times = times_tried(message, name);
        const auto allowed_at = providers_.allows_at(name, now);
        if (!times || !allowed_at)
            continue;
        if (*allowed_at > now) {
            choice.wait_until = std::min(choice.wait_until.value_or(*allowed_at), *allowed_at);
            continue;
        }
        const Candidate candidate{*times, lost_one(earlier, name), &name};
        if (!best || std::tie(candidate.times, candidate.lost) < std::tie(best->times, best->lost))
            best = candidate;
    }
    if (!best)
        return choice;
    choice.wait_until.reset();
    choice.sender = providers_.find(*best->provider);
    choice.tried_before = best->times > 0;
    return choice;
}

} // namespace dialproof::delivery
