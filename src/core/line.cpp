#include "core/line.h"

#include <algorithm>

namespace dialproof::core {

namespace {

constexpr Seconds hour{3600};

std::size_t longest_history(const std::vector<Rate>& rates, std::size_t at_least) {
    for (const Rate& rate : rates)
        at_least = std::max<std::size_t>(at_least, rate.count);
    return at_least;
}

void remember(std::vector<Instant>& history, Instant at, std::size_t most) {
    history.push_back(at);
    if (history.size() > most)
        history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(most));
}

std::size_t count_since(const std::vector<Instant>& history, Instant now, Seconds period) {
    return static_cast<std::size_t>(
        std::count_if(history.begin(), history.end(), [&](Instant at) { return at + period > now; }));
}

// When the fullest of the windows has room again; nothing where all have it now.
std::optional<Instant> windows_full_until(const std::vector<Instant>& history, const std::vector<Rate>& rates,
                                          Instant now) {
    std::optional<Instant> until;
    for (const Rate& rate : rates)
        if (rate.limited() && count_since(history, now, rate.period) >= rate.count)
            until = std::max(until.value_or(now), history[history.size() - rate.count] + rate.period);
    return until;
}

std::optional<Instant> gap_ends(const Line& line, const LinePolicy& policy, std::optional<Seconds> own) {
    if (line.sends.empty() || (policy.send_gaps.empty() && !own))
        return {};
    if (own)
        return line.sends.back() + *own;
    // Counted back from the last send, so that the gap does not shrink while one waits for it.
    const std::size_t sends = count_since(line.sends, line.sends.back(), hour);
    return line.sends.back() + policy.send_gaps[std::min(sends, policy.send_gaps.size()) - 1];
}

} // namespace

std::optional<Refused> send_refused(const Line& line, const LinePolicy& policy, Instant now,
                                    std::optional<Seconds> own_gap) {
    const auto gap = gap_ends(line, policy, own_gap);
    const bool too_soon = gap && now < *gap;
    if (const auto until = windows_full_until(line.sends, policy.sends, now))
        return Refused{Reason::send_limit_reached, too_soon ? std::max(*until, *gap) : *until, {}};
    if (too_soon)
        return Refused{Reason::send_too_soon, *gap, {}};
    return {};
}

std::optional<Refused> guess_refused(const Line& line, const LinePolicy& policy, Instant now) {
    if (line.misses_in_row >= policy.guesses_in_row_max)
        return Refused{Reason::attempts_spent, {}, 0};
    if (const auto until = windows_full_until(line.misses, policy.guesses, now))
        return Refused{Reason::attempts_spent, *until, 0};
    return {};
}

unsigned guesses_left(const Line& line, const LinePolicy& policy, Instant now) {
    std::size_t left = policy.guesses_in_row_max - std::min(policy.guesses_in_row_max, line.misses_in_row);
    for (const Rate& rate : policy.guesses)
        if (rate.limited())
            left = std::min(left, rate.count - std::min<std::size_t>(
                                                   rate.count, count_since(line.misses, now, rate.period)));
    return static_cast<unsigned>(left);
}

Line apply(Line line, const LineEvent& event, const LinePolicy& policy) {
    struct {
        Line& line;
        const LinePolicy& policy;
        Instant at;

        void operator()(const LineSentTo&) const {
            remember(line.sends, at, longest_history(policy.sends, policy.send_gaps.size()));
        }
        void operator()(const LineProofStarted& started) const {
            line.proofs[started.door] = {started.verification, started.expires_at};
        }
        void operator()(const LineGuessMissed&) const {
            remember(line.misses, at, longest_history(policy.guesses, 0));
            ++line.misses_in_row;
        }
        // The windows stay as they are: a success of the owner must not refill a stranger's guesses.
        void operator()(const LineGuessHit&) const { line.misses_in_row = 0; }
        void operator()(const LineCleared&) const {
            line.misses.clear();
            line.misses_in_row = 0;
        }
    } const applier{line, policy, event.at};
    std::visit(applier, event.what);
    return line;
}

} // namespace dialproof::core
