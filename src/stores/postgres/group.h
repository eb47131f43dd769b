// A group of commits as statements, and what their results say of each commit. Does no I/O.
#pragma once

#include "ports/store.h"
#include "stores/postgres/connection.h"
#include "stores/postgres/rows.h"
#include "stores/record/writes.h"

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace dialproof::stores::postgres {

using Writes = WritesOf<RowWrite>;

// What it writes, by names. No two commits of a group have one in common.
std::vector<std::string> lock_names(const Writes& writes);

using CommitAnswer = Result<ports::Committed, ports::CommitFailure>;

class Group {
public:
    // The commits outlive it.
    explicit Group(std::vector<const Writes*> commits);

    // Limiters come last, because others wait for them.
    [[nodiscard]] std::vector<Statement> statements();
    // What the results say of each commit. An error: another node was in the way, so that it is to be done
    // again.
    Result<std::vector<CommitAnswer>, SqlError> judge(const Results& results);
    // What is still to be done where all fit.
    [[nodiscard]] std::vector<Statement> last_statements() const;

private:
    enum class Tells {
        first_version,
        next_version,
        erased,
        present,
        event_of_verification,
        event_of_user,
        message,
        limiters,
        nothing
    };
    struct Asked {
        Tells what;
        RowKind kind;
    };

    void ask(std::vector<Statement>& statements, std::optional<Statement> statement, Tells what,
             RowKind kind = RowKind::verification);
    void ask_of_rows(std::vector<Statement>& statements, RowKind kind);
    void ask_of_limiters(std::vector<Statement>& statements);
    void hear(const Rows& rows, Asked asked);
    [[nodiscard]] bool fits(const Writes& writes) const;
    [[nodiscard]] ports::Committed committed(const Writes& writes) const;
    std::optional<ports::OverLimit> charge(const Writes& writes);

    const std::vector<const Writes*> commits_;
    std::vector<Asked> asked_;
    std::unordered_map<std::string, std::uint64_t> done_; // names, and versions of rows
    std::unordered_set<std::string> present_;
    std::map<std::string, core::GcraState> limiters_;
};

} // namespace dialproof::stores::postgres
