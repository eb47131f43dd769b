// A connection with what a thread needs to work on it, and a piece of work for such a thread.
#pragma once

#include "base/task.h"
#include "ports/fault.h"
#include "stores/record/rows.h"
#include "stores/record/tries.h"
#include "stores/sqlite/connection.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace dialproof::stores::sqlite {

struct Session {
    std::unique_ptr<Connection> connection;
    RowReader row_reader{};
    TriesReader tries_reader{};
    // Of a row that is new within this transaction, once it was asked for. A new transaction asks again:
    // other processes write too.
    std::optional<std::uint64_t> first_version{};
};

class Job {
public:
    virtual ~Job() = default;

    // Finds the answer. False: a refusal, what it changed is to be undone. May throw SqlError. Runs again
    // where all that it changed was undone.
    virtual bool run(Session& session) = 0;
    // Makes the fault the answer, whatever was found.
    virtual void fail(ports::Fault fault) = 0;
    // Gives the answer to whoever waits. Called once, last.
    virtual void complete() = 0;
};

// `work` takes a Session& and gives an Answer, which is a Result whose error a Fault converts to.
template <typename Answer, typename Work>
class JobOf final : public Job {
public:
    JobOf(Work work, Completer<Answer> done) : work_(std::move(work)), done_(done) {}

    bool run(Session& session) override {
        answer_.emplace(work_(session));
        return answer_->has_value();
    }
    void fail(ports::Fault fault) override {
        answer_.emplace(dialproof::fail(typename Answer::error_type(fault)));
    }
    void complete() override { done_(*std::move(answer_)); }

private:
    Work work_;
    Completer<Answer> done_;
    std::optional<Answer> answer_;
};

} // namespace dialproof::stores::sqlite
