// What must hold, told again from what can be seen from outside: events that were committed, messages, what
// handsets received, answers and log lines. It computes budgets, windows and gaps from the configured numbers
// by itself and calls no rule of the product. The first thing that does not hold stops the run.
#pragma once

#include "context.h"
#include "core/rules.h"
#include "ports/clock.h"
#include "ports/sender.h"
#include "ports/store.h"
#include "simulated_keys.h"
#include "trace.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace dialproof::simulation {

class Model {
public:
    Model(const core::Rules& rules, const SimulatedKeys& keys, const ports::Clock& clock, Trace& trace) :
        rules_(rules), keys_(keys), clock_(clock), trace_(trace) {}

    Trace& trace() { return trace_; }
    // The invariant that does not hold, in words; empty while all do.
    [[nodiscard]] const std::string& broken() const { return broken_; }

    // The store, at the moment of its work.
    void loads(Context& context) const;
    void committed(Context& context, const ports::Changes& changes);
    void claimed(const Context& context, const ports::ClaimedMessage& claimed);
    void settles(const core::MessageId& message);
    void pruned(const ports::Retention& retention);
    // The keys.
    void derived(Context& context, const std::string& verification);
    // The carriers and handsets.
    void submitted(const ports::OutgoingText& text);
    void carrier_answered(const core::MessageId& message, bool try_again);
    void handset_received(const std::string& number, const std::string& code);
    // The wire and the log.
    void answered(const Exchange& exchange, const Reply& reply, std::string_view body);
    void logged(std::string_view event, const std::string& line);
    void keeps_secret(std::string_view token) { secrets_.emplace(token); }
    void server_died(unsigned life);
    // What the store holds at the end, and what a stream of it says.
    void compare(const ports::Row& row);
    void compare(const ports::Message& message);
    void is_gone(const ports::Key& key);

    // For those who play: what they may not know, so that it can be kept from them.
    [[nodiscard]] bool was_code(const std::string& text) const { return codes_.contains(text); }
    // A user of that service has verified it.
    [[nodiscard]] bool has_holder(const std::string& service, const std::string& number) const;
    [[nodiscard]] std::uint64_t approvals() const { return approvals_; }
    [[nodiscard]] std::vector<ports::Key> keys() const;
    [[nodiscard]] std::vector<core::VerificationId> verifications() const;

private:
    struct Proof { // a verification
        std::string service, number, user, dialect, status = "pending", handover;
        unsigned code_length = 0, generation = 0, key = 0, approvals = 0;
        Instant expires_at, changed_at;
        std::vector<Instant> misses;
        std::uint64_t sequence = 0;
        // The steps at which it ended, its code was replaced, and a newer one of its number began; 0: not
        // yet.
        std::uint64_t ended_at = 0, renewed_at = 0, superseded_at = 0;
    };
    // What holds for a verification: its service's numbers, on the terms of its dialect.
    struct Terms {
        unsigned guesses;
        Seconds guesses_fade, code_lifetime;
        std::optional<Seconds> send_gap;
    };
    struct Phone {
        bool verified = false, primary = false;
        friend bool operator==(const Phone&, const Phone&) = default;
    };
    struct Person {
        std::string service, pending, pending_number;
        std::map<std::string, Phone> phones;
        bool removed = false;
        std::uint64_t sequence = 0, changed_at = 0;
    };
    struct Line {
        std::vector<Instant> sends, misses;
        unsigned misses_in_row = 0;
    };
    struct Sending { // of a message
        enum class Stage { idle, claimed, submitted, answered, settles };
        std::string verification;
        unsigned generation = 0;
        Instant expires_at;
        Stage stage = Stage::idle;
        unsigned life = 0; // of the server that claimed it
        std::uint64_t claimed_at = 0;
        unsigned submits = 0;
        bool try_again = false, announced = false;
    };
    struct Holding { // of a number in a service
        std::set<std::string> users;
        std::uint64_t given_up_at = 0;
    };

    void breaks(std::string_view invariant, std::string_view detail = {});
    void require(bool holds, std::string_view invariant, std::string_view detail = {}) {
        if (!holds)
            breaks(invariant, detail);
    }

    void happened(const Context& context, const ports::EventRecord& event);
    void verification_event(const Context& context, const ports::EventRecord& event);
    void user_event(const ports::EventRecord& event);
    void started(const std::string& id, const ports::EventRecord& event);
    void code_made(const std::string& id, Proof& proof, const ports::EventRecord& event);
    void missed(Proof& proof, Instant at);
    void approved(const Context& context, const std::string& id, Proof& proof, Instant at);
    void verified(const Context& context, const std::string& user, Person& person, const std::string& number);
    void give_up(const std::string& user, const Person& person, const std::string& number);
    void created(const Context& context, const ports::Message& message);
    void counts(const std::string& limiter, core::Rate rate, Instant since);
    void compare(const core::Verification& row);
    void compare(const core::User& row);
    void compare(const core::Line& row);
    // `allowed`: words that may be there, although they may look like a code.
    void holds_no_code(std::string_view text, std::string_view where,
                       const std::vector<std::string>& allowed = {});
    void holds_no_code(const ports::Row& row);
    void check_answered(const Exchange& exchange, const Reply& reply);
    void looked(const Exchange& exchange, const Reply& reply);
    [[nodiscard]] const core::Policy& policy(const std::string& service) const;
    [[nodiscard]] Terms terms(const Proof& proof) const;
    [[nodiscard]] bool had_nothing_to_do(const Exchange& exchange) const;
    [[nodiscard]] std::string code_of(const std::string& id, const Proof& proof) const;

    const core::Rules& rules_;
    const SimulatedKeys& keys_;
    const ports::Clock& clock_;
    Trace& trace_;
    std::string broken_;
    std::uint64_t approvals_ = 0;
    Instant pruned_before_;

    std::map<std::string, Proof> proofs_;
    std::map<std::string, Person> people_;
    std::map<std::string, Line> lines_;
    std::map<std::string, Sending> sendings_;
    std::map<std::pair<std::string, std::string>, Holding> holdings_;       // service and number
    std::map<std::string, std::string> newest_;                             // of a number without a user
    std::unordered_map<std::string, std::string> codes_;                    // and their verifications
    std::set<std::string, std::less<>> in_hand_;                            // codes that their owner has
    std::set<std::string> secrets_;                                         // tokens and session ids
    std::set<std::pair<std::string, std::string>> approved_in_this_commit_; // user and number
    std::vector<std::string> replaced_in_this_commit_;                      // verifications
    std::map<std::string, std::vector<Instant>> counted_;                   // by limiters
    std::set<std::string> digits_; // of the numbers that are used, as a log would show them
};

} // namespace dialproof::simulation
