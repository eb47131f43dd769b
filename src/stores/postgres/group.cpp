#include "stores/postgres/group.h"

#include "stores/postgres/events.h"
#include "stores/postgres/outbox.h"

#include <algorithm>
#include <array>

namespace dialproof::stores::postgres {

namespace {

constexpr std::array kinds_in_order{RowKind::line, RowKind::binding, RowKind::user, RowKind::credential,
                                    RowKind::verification};

std::string name_of(const RowWrite& row) { return lock_name(row.kind, row.id); }
std::string name_of(const ports::Erase& erase) {
    return lock_name(kind_of(erase.key), ports::text_of(erase.key));
}
std::string name_of(const ports::EventRecord& event) {
    return lock_name(event.kind, event.stream, event.sequence);
}
std::string name_of(const ports::NewMessage& fresh) { return message_lock_name(fresh.message.id.text); }

} // namespace

std::vector<std::string> lock_names(const Writes& writes) {
    std::vector<std::string> names;
    const auto add = [&names](const auto& all) {
        for (const auto& each : all)
            names.push_back(name_of(each));
    };
    add(writes.puts);
    add(writes.erases);
    add(writes.events);
    add(writes.messages);
    return names;
}

Group::Group(std::vector<const Writes*> commits) : commits_(std::move(commits)) {}

void Group::ask(std::vector<Statement>& statements, std::optional<Statement> statement, Tells what,
                RowKind kind) {
    if (!statement)
        return;
    statements.push_back(*std::move(statement));
    asked_.push_back({what, kind});
}

std::vector<Statement> Group::statements() {
    std::vector<Statement> statements;
    for (const RowKind kind : kinds_in_order)
        ask_of_rows(statements, kind);
    std::vector<const ports::EventRecord*> of_users, of_verifications;
    std::vector<const ports::NewMessage*> messages;
    for (const auto* commit : commits_) {
        for (const auto& event : commit->events)
            (event.kind == ports::StreamKind::user ? of_users : of_verifications).push_back(&event);
        for (const auto& message : commit->messages)
            messages.push_back(&message);
    }
    ask(statements, append_events(ports::StreamKind::user, of_users), Tells::event_of_user);
    ask(statements, append_events(ports::StreamKind::verification, of_verifications),
        Tells::event_of_verification);
    ask(statements, insert_messages(messages), Tells::message);
    ask_of_limiters(statements);
    return statements;
}

void Group::ask_of_rows(std::vector<Statement>& statements, RowKind kind) {
    std::vector<const RowWrite*> fresh, changed;
    std::vector<const ports::Erase*> erased, not_there;
    for (const auto* commit : commits_) {
        for (const auto& put : commit->puts)
            if (put.kind == kind)
                (put.expected == 0 ? fresh : changed).push_back(&put);
        for (const auto& erase : commit->erases)
            if (kind_of(erase.key) == kind)
                (erase.expected == 0 ? not_there : erased).push_back(&erase);
    }
    ask(statements, update_rows(kind, changed), Tells::next_version, kind);
    ask(statements, erase_rows(kind, erased), Tells::erased, kind);
    ask(statements, find_rows(kind, not_there), Tells::present, kind);
    ask(statements, insert_rows(kind, fresh), Tells::first_version, kind);
    if (kind != RowKind::user)
        return;
    std::vector<std::string> users;
    for (const auto* user : changed)
        users.push_back(user->id);
    for (const auto* user : erased)
        users.push_back(ports::text_of(user->key));
    ask(statements, forget_numbers(users), Tells::nothing);
    changed.insert(changed.end(), fresh.begin(), fresh.end());
    ask(statements, keep_numbers(changed), Tells::nothing);
}

void Group::ask_of_limiters(std::vector<Statement>& statements) {
    limiters_.clear();
    for (const auto* commit : commits_)
        for (const auto& charge : commit->charges)
            if (charge.rate.limited())
                limiters_[charge.limiter];
    if (limiters_.empty())
        return;
    Array names;
    for (const auto& [name, state] : limiters_)
        names.add(std::string_view(name));
    // Only what is there can be locked.
    ask(statements,
        Statement("INSERT INTO limiters (id, tat) SELECT n.id, 0 FROM unnest($1::text[]) AS n(id) "
                  "ORDER BY n.id ON CONFLICT DO NOTHING")
            .with(names),
        Tells::nothing);
    ask(statements,
        Statement("SELECT id, tat FROM limiters WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE")
            .with(names),
        Tells::limiters);
}

void Group::hear(const Rows& rows, Asked asked) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        switch (asked.what) {
        case Tells::first_version:
        case Tells::next_version:
            done_.emplace(lock_name(asked.kind, std::string(rows.text(row, 0))), rows.integer(row, 1));
            break;
        case Tells::erased:
            done_.emplace(lock_name(asked.kind, std::string(rows.text(row, 0))), 0);
            break;
        case Tells::present:
            present_.insert(lock_name(asked.kind, std::string(rows.text(row, 0))));
            break;
        case Tells::event_of_user:
        case Tells::event_of_verification: {
            const auto kind = asked.what == Tells::event_of_user ? ports::StreamKind::user
                                                                 : ports::StreamKind::verification;
            done_.emplace(
                lock_name(kind, rows.text(row, 0), static_cast<std::uint64_t>(rows.integer(row, 1))), 0);
            break;
        }
        case Tells::message:
            done_.emplace(message_lock_name(rows.text(row, 0)), 0);
            break;
        case Tells::limiters:
            limiters_[std::string(rows.text(row, 0))] =
                core::GcraState(std::chrono::microseconds(rows.integer(row, 1)));
            break;
        case Tells::nothing:
            break;
        }
    }
}

Result<std::vector<CommitAnswer>, SqlError> Group::judge(const Results& results) {
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        // A limiter that another node has just pruned is not locked.
        if (asked_[i].what == Tells::limiters && results[i].size() != limiters_.size())
            return fail(SqlError{"40001", "a limiter went"});
        hear(results[i], asked_[i]);
    }
    std::vector<CommitAnswer> answers;
    for (const auto* commit : commits_) {
        if (!fits(*commit))
            answers.emplace_back(fail(ports::CommitFailure(ports::Fault::conflict)));
        else if (const auto over = charge(*commit))
            answers.emplace_back(fail(ports::CommitFailure(*over)));
        else
            answers.emplace_back(committed(*commit));
    }
    return answers;
}

bool Group::fits(const Writes& writes) const {
    const auto was_done = [this](const auto& each) { return done_.contains(name_of(each)); };
    const auto was_erased = [this](const ports::Erase& each) {
        return each.expected == 0 ? !present_.contains(name_of(each)) : done_.contains(name_of(each));
    };
    return std::all_of(writes.puts.begin(), writes.puts.end(), was_done) &&
           std::all_of(writes.erases.begin(), writes.erases.end(), was_erased) &&
           std::all_of(writes.events.begin(), writes.events.end(), was_done) &&
           std::all_of(writes.messages.begin(), writes.messages.end(), was_done);
}

// Those that come after a refused commit are charged as if it had not been.
std::optional<ports::OverLimit> Group::charge(const Writes& writes) {
    std::optional<ports::OverLimit> longest;
    std::map<std::string, core::GcraState> stepped;
    for (const auto& each : writes.charges) {
        if (!each.rate.limited())
            continue;
        auto& state = stepped.emplace(each.limiter, limiters_.at(each.limiter)).first->second;
        const auto next = core::gcra_step(state, each.rate, writes.now);
        if (next)
            state = *next;
        else if (!longest || longest->retry_at < next.error())
            longest = ports::OverLimit{each.limiter, next.error()};
    }
    if (!longest)
        for (const auto& [name, state] : stepped)
            limiters_[name] = state;
    return longest;
}

ports::Committed Group::committed(const Writes& writes) const {
    ports::Committed committed;
    committed.versions.reserve(writes.puts.size());
    for (const auto& put : writes.puts)
        committed.versions.push_back(done_.at(name_of(put)));
    return committed;
}

std::vector<Statement> Group::last_statements() const {
    std::vector<Statement> statements;
    if (limiters_.empty())
        return statements;
    Array names, states;
    for (const auto& [name, state] : limiters_) {
        names.add(std::string_view(name));
        states.add(std::int64_t{state.time_since_epoch().count()});
    }
    statements.push_back(Statement("UPDATE limiters AS t SET tat = n.tat "
                                   "FROM unnest($1::text[], $2::bigint[]) AS n(id, tat) WHERE t.id = n.id")
                             .with(names)
                             .with(states));
    return statements;
}

} // namespace dialproof::stores::postgres
