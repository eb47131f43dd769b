// What the transcripts need of the world beside ports/test_fakes.h: handsets, and a store that can be down.
#pragma once

#include "ports/sender.h"
#include "ports/test_fakes.h"

#include <deque>
#include <string>
#include <vector>

namespace dialproof::contracts {

struct Received {
    std::string to, text, code;
};

// The handsets of everybody.
class Handsets final : public ports::Sender {
public:
    [[nodiscard]] std::string_view name() const override { return "handsets"; }
    Task<ports::SubmitResult> submit(const ports::OutgoingText& text) override;

    std::deque<Received> unread;
};

// A store that can be down, and counts what it was asked for.
class GatedStore final : public ports::PassingStore {
public:
    using PassingStore::PassingStore;

    bool up = true;
    unsigned loads = 0, commits = 0;
    int messages_on_their_way = 0;         // stored and not settled yet
    std::vector<core::Autofill> autofills; // of all messages, in their order

    Task<Result<ports::Loaded, ports::Fault>> load(std::vector<ports::Key> keys) override;
    Task<Result<ports::Committed, ports::CommitFailure>> commit(ports::Changes changes) override;
    Task<Result<ports::Committed, ports::Fault>> settle_message(ports::Settlement settlement) override;
};

} // namespace dialproof::contracts
